{{ core_union(
    'campaign_touches',
    key=['touch_id'],
    columns={
        'touch_id': 'varchar not null',
        'campaign_id': 'varchar not null',
        'customer_id': 'varchar not null',
        'touched_at': 'timestamptz not null',
        'responded_at': 'timestamptz',
        'attended': 'boolean',
        'is_holdout': 'boolean not null',
    },
) }}
