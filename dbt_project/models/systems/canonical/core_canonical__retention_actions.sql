{{ config(enabled=is_fed_by('canonical', 'retention_actions')) }}

select * from {{ source('canonical', 'retention_actions') }}
