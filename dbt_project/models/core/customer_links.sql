{{ core_union(
    'customer_links',
    key=['system', 'system_customer_id', 'valid_from'],
    columns={
        'system': 'varchar not null',
        'system_customer_id': 'varchar not null',
        'customer_id': 'varchar not null',
        'valid_from': 'date not null',
        'valid_to': 'date',
        'matched_by': 'varchar',
    },
) }}
