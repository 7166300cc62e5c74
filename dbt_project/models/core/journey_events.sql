{{ core_union(
    'journey_events',
    key=['customer_id', 'journey', 'touchpoint', 'occurred_at'],
    columns={
        'customer_id': 'varchar not null',
        'journey': 'varchar not null',
        'touchpoint': 'varchar not null',
        'step': 'integer',
        'occurred_at': 'timestamptz not null',
        'flow_version': 'varchar',
    },
) }}
