{{ config(enabled=is_fed_by('canonical', 'opportunity_stages')) }}

select * from {{ source('canonical', 'opportunity_stages') }}
