{{ core_union(
    'leads',
    key=['lead_id'],
    columns={
        'lead_id': 'varchar not null',
        'source': 'varchar',
        'campaign_id': 'varchar',
        'referred_by_customer_id': 'varchar',
        'created_on': 'date not null',
        'qualified_on': 'date',
        'converted_on': 'date',
        'converted_customer_id': 'varchar',
        'status': 'varchar',
    },
) }}
