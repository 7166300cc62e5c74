{{ core_union(
    'retention_actions',
    key=['action_id'],
    columns={
        'action_id': 'varchar not null',
        'customer_id': 'varchar not null',
        'employee_id': 'varchar',
        'action': 'varchar',
        'reason': 'varchar',
        'started_on': 'date not null',
        'ended_on': 'date',
        'is_holdout': 'boolean not null',
        'cost': 'decimal(18,4)',
        'currency': 'varchar',
    },
) }}
