{{ core_union(
    'employees',
    key=['employee_id'],
    columns={
        'employee_id': 'varchar not null',
        'employee_name': 'varchar',
        'email': 'varchar',
        'role': 'varchar',
        'team': 'varchar',
        'region': 'varchar',
        'manager_id': 'varchar',
        'locale': 'varchar',
        'active_from': 'date',
        'active_to': 'date',
    },
) }}
