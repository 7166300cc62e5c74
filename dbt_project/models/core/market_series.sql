{{ core_union(
    'market_series',
    key=['series', 'period_start'],
    columns={
        'series': 'varchar not null',
        'period_start': 'date not null',
        'value': 'double not null',
        'source': 'varchar',
    },
) }}
