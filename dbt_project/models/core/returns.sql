{{ core_union(
    'returns',
    key=['return_id'],
    columns={
        'return_id': 'varchar not null',
        'order_id': 'varchar',
        'order_line_id': 'varchar',
        'customer_id': 'varchar',
        'returned_on': 'date not null',
        'quantity': 'decimal(18,4)',
        'refund_amount': 'decimal(18,4) not null',
        'reason': 'varchar',
        'currency': 'varchar',
    },
) }}
