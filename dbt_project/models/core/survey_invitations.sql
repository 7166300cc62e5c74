{{ core_union(
    'survey_invitations',
    key=['invitation_id'],
    columns={
        'invitation_id': 'varchar not null',
        'survey_id': 'varchar not null',
        'customer_id': 'varchar',
        'contact_id': 'varchar',
        'sent_at': 'timestamptz not null',
        'channel': 'varchar',
    },
) }}
