{{ core_union(
    'forecasts',
    key=['metric', 'scope_type', 'scope_id', 'period_start', 'as_of_on'],
    columns={
        'metric': 'varchar not null',
        'scope_type': 'varchar not null',
        'scope_id': 'varchar not null',
        'period_start': 'date not null',
        'period_end': 'date not null',
        'as_of_on': 'date not null',
        'value': 'decimal(18,4) not null',
        'currency': 'varchar',
    },
) }}
