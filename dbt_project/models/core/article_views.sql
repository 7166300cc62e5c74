{{ core_union(
    'article_views',
    key=['article_id', 'viewed_at', 'viewer_id'],
    columns={
        'article_id': 'varchar not null',
        'viewed_at': 'timestamptz not null',
        'viewer_id': 'varchar not null',
        'ticket_id': 'varchar',
        'was_helpful': 'boolean',
    },
) }}
