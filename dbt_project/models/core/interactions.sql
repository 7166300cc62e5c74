{{ core_union(
    'interactions',
    key=['interaction_id'],
    columns={
        'interaction_id': 'varchar not null',
        'customer_id': 'varchar',
        'contact_id': 'varchar',
        'employee_id': 'varchar',
        'opportunity_id': 'varchar',
        'campaign_id': 'varchar',
        'occurred_at': 'timestamptz not null',
        'channel': 'varchar not null',
        'direction': 'varchar',
        'outcome': 'varchar',
        'minutes': 'double',
        'subject': 'varchar',
        'next_step_on': 'date',
    },
) }}
