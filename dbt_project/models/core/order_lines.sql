{{ core_union(
    'order_lines',
    key=['order_line_id'],
    columns={
        'order_line_id': 'varchar not null',
        'order_id': 'varchar not null',
        'product_id': 'varchar',
        'quantity': 'decimal(18,4) not null',
        'unit_price': 'decimal(18,4)',
        'discount_amount': 'decimal(18,4)',
        'net_amount': 'decimal(18,4) not null',
        'cost_amount': 'decimal(18,4)',
        'currency': 'varchar',
    },
) }}
