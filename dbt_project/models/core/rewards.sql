{{ core_union(
    'rewards',
    key=['reward_id'],
    columns={
        'reward_id': 'varchar not null',
        'reward_name': 'varchar',
        'points_cost': 'decimal(18,4)',
        'unit_cost': 'decimal(18,4)',
        'currency': 'varchar',
    },
) }}
