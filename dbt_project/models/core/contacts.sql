{{ core_union(
    'contacts',
    key=['contact_id'],
    columns={
        'contact_id': 'varchar not null',
        'customer_id': 'varchar not null',
        'contact_name': 'varchar',
        'role': 'varchar',
        'email': 'varchar',
        'phone': 'varchar',
        'is_primary': 'boolean',
        'birthday': 'date',
    },
) }}
