{{ core_union(
    'points_balances',
    key=['member_id', 'as_of_on'],
    columns={
        'member_id': 'varchar not null',
        'as_of_on': 'date not null',
        'points': 'decimal(18,4) not null',
    },
) }}
