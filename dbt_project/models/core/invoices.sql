{{ core_union(
    'invoices',
    key=['invoice_id'],
    columns={
        'invoice_id': 'varchar not null',
        'customer_id': 'varchar not null',
        'order_id': 'varchar',
        'issued_on': 'date not null',
        'due_on': 'date',
        'paid_on': 'date',
        'amount': 'decimal(18,4) not null',
        'paid_amount': 'decimal(18,4)',
        'currency': 'varchar',
    },
) }}
