{{ core_union(
    'requirements',
    key=['requirement_id'],
    columns={
        'requirement_id': 'varchar not null',
        'customer_id': 'varchar',
        'opportunity_id': 'varchar',
        'title': 'varchar',
        'class': 'varchar',
        'priority': 'varchar',
        'value_at_stake': 'decimal(18,4)',
        'currency': 'varchar',
        'created_on': 'date not null',
        'owner_id': 'varchar',
        'status': 'varchar',
        'due_on': 'date',
        'delivered_on': 'date',
    },
) }}
