{{ core_union(
    'payments',
    key=['payment_id'],
    columns={
        'payment_id': 'varchar not null',
        'customer_id': 'varchar',
        'invoice_id': 'varchar',
        'paid_on': 'date not null',
        'amount': 'decimal(18,4) not null',
        'method': 'varchar',
        'currency': 'varchar',
    },
) }}
