{{ core_union(
    'trainings',
    key=['employee_id', 'course', 'completed_on'],
    columns={
        'employee_id': 'varchar not null',
        'course': 'varchar not null',
        'completed_on': 'date not null',
        'score': 'double',
    },
) }}
