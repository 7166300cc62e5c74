{{ core_union(
    'loyalty_members',
    key=['member_id'],
    columns={
        'member_id': 'varchar not null',
        'customer_id': 'varchar not null',
        'joined_on': 'date not null',
        'level': 'varchar',
        'left_on': 'date',
    },
) }}
