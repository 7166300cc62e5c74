{{ core_union(
    'decisions',
    key=['decision_id'],
    columns={
        'decision_id': 'varchar not null',
        'edition_id': 'varchar',
        'customer_id': 'varchar',
        'action': 'varchar not null',
        'owner_id': 'varchar not null',
        'agreed_on': 'date not null',
        'due_on': 'date',
        'closed_on': 'date',
        'outcome': 'varchar',
        'value_in_play': 'decimal(18,4)',
        'currency': 'varchar',
    },
) }}
