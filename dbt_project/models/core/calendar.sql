{{ core_union(
    'calendar',
    key=['country', 'day'],
    columns={
        'country': 'varchar not null',
        'day': 'date not null',
        'is_business_day': 'boolean not null',
        'name': 'varchar',
    },
) }}
