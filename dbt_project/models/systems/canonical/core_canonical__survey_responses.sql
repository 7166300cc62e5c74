{{ config(enabled=is_fed_by('canonical', 'survey_responses')) }}

select * from {{ source('canonical', 'survey_responses') }}
