{{ config(enabled=is_fed_by('canonical', 'survey_invitations')) }}

select * from {{ source('canonical', 'survey_invitations') }}
