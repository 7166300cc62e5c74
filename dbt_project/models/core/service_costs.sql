{{ core_union(
    'service_costs',
    key=['customer_id', 'period_start', 'cost_type'],
    columns={
        'customer_id': 'varchar not null',
        'period_start': 'date not null',
        'cost_type': 'varchar not null',
        'amount': 'decimal(18,4) not null',
        'currency': 'varchar',
    },
) }}
