{{ core_union(
    'customer_history',
    key=['customer_id', 'attribute', 'valid_from'],
    columns={
        'customer_id': 'varchar not null',
        'attribute': 'varchar not null',
        'value': 'varchar',
        'valid_from': 'date not null',
        'valid_to': 'date',
    },
) }}
