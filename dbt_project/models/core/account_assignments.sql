{{ core_union(
    'account_assignments',
    key=['customer_id', 'employee_id', 'role', 'valid_from'],
    columns={
        'customer_id': 'varchar not null',
        'employee_id': 'varchar not null',
        'role': 'varchar not null',
        'valid_from': 'date not null',
        'valid_to': 'date',
    },
) }}
