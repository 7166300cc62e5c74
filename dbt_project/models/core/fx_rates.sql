{{ core_union(
    'fx_rates',
    key=['from_currency', 'to_currency', 'rate_on'],
    columns={
        'from_currency': 'varchar not null',
        'to_currency': 'varchar not null',
        'rate_on': 'date not null',
        'rate': 'decimal(18,8) not null',
    },
) }}
