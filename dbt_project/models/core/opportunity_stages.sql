{{ core_union(
    'opportunity_stages',
    key=['opportunity_id', 'stage', 'entered_at'],
    columns={
        'opportunity_id': 'varchar not null',
        'stage': 'varchar not null',
        'entered_at': 'timestamptz not null',
    },
) }}
