{{ core_union(
    'ticket_events',
    key=['ticket_id', 'event_at', 'event'],
    columns={
        'ticket_id': 'varchar not null',
        'event_at': 'timestamptz not null',
        'event': 'varchar not null',
        'actor_type': 'varchar',
        'value': 'varchar',
    },
) }}
