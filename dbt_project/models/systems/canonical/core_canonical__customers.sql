{{ config(enabled=is_fed_by('canonical', 'customers')) }}

select * from {{ source('canonical', 'customers') }}
