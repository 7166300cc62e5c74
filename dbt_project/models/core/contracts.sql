{{ core_union(
    'contracts',
    key=['contract_id'],
    columns={
        'contract_id': 'varchar not null',
        'customer_id': 'varchar not null',
        'starts_on': 'date not null',
        'ends_on': 'date',
        'annual_value': 'decimal(18,4)',
        'currency': 'varchar',
        'renews_contract_id': 'varchar',
        'status': 'varchar',
    },
) }}
