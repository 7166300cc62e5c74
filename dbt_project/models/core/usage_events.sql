{{ core_union(
    'usage_events',
    key=['customer_id', 'used_on', 'feature'],
    columns={
        'customer_id': 'varchar not null',
        'used_on': 'date not null',
        'feature': 'varchar not null',
        'uses': 'bigint not null',
    },
) }}
