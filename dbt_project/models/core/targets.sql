{{ core_union(
    'targets',
    key=['metric', 'scope_type', 'scope_id', 'period_start', 'period_end'],
    columns={
        'metric': 'varchar not null',
        'scope_type': 'varchar not null',
        'scope_id': 'varchar not null',
        'period_start': 'date not null',
        'period_end': 'date not null',
        'value': 'decimal(18,4) not null',
        'currency': 'varchar',
    },
) }}
