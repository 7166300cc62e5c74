{{ core_union(
    'reward_claims',
    key=['claim_id'],
    columns={
        'claim_id': 'varchar not null',
        'reward_id': 'varchar not null',
        'member_id': 'varchar not null',
        'claimed_on': 'date not null',
        'fulfilled_on': 'date',
    },
) }}
