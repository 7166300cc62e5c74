{{ core_union(
    'access_events',
    key=['user_id', 'occurred_at', 'action', 'object'],
    columns={
        'user_id': 'varchar not null',
        'occurred_at': 'timestamptz not null',
        'action': 'varchar not null',
        'object': 'varchar not null',
        'result': 'varchar',
        'customer_id': 'varchar',
    },
) }}
