{{ core_union(
    'articles',
    key=['article_id'],
    columns={
        'article_id': 'varchar not null',
        'title': 'varchar',
        'topic': 'varchar',
        'tags': 'varchar',
        'author_id': 'varchar',
        'created_on': 'date not null',
        'reviewed_on': 'date',
        'status': 'varchar',
    },
) }}
