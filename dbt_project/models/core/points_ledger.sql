{{ core_union(
    'points_ledger',
    key=['entry_id'],
    columns={
        'entry_id': 'varchar not null',
        'member_id': 'varchar not null',
        'entry_on': 'date not null',
        'kind': 'varchar not null',
        'points': 'decimal(18,4) not null',
        'order_id': 'varchar',
        'reward_id': 'varchar',
        'expires_on': 'date',
    },
) }}
