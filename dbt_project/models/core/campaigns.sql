{{ core_union(
    'campaigns',
    key=['campaign_id'],
    columns={
        'campaign_id': 'varchar not null',
        'campaign_name': 'varchar',
        'kind': 'varchar',
        'channel': 'varchar',
        'starts_on': 'date not null',
        'ends_on': 'date',
        'cost': 'decimal(18,4)',
        'currency': 'varchar',
    },
) }}
