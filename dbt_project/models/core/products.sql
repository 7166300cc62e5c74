{{ core_union(
    'products',
    key=['product_id'],
    columns={
        'product_id': 'varchar not null',
        'product_name': 'varchar',
        'category': 'varchar',
        'subcategory': 'varchar',
        'brand': 'varchar',
        'unit_cost': 'decimal(18,4)',
        'list_price': 'decimal(18,4)',
        'currency': 'varchar',
    },
) }}
