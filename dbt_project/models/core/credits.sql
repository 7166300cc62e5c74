{{ core_union(
    'credits',
    key=['credit_id'],
    columns={
        'credit_id': 'varchar not null',
        'customer_id': 'varchar not null',
        'order_id': 'varchar',
        'kind': 'varchar not null',
        'booked_on': 'date not null',
        'amount': 'decimal(18,4) not null',
        'currency': 'varchar',
    },
) }}
