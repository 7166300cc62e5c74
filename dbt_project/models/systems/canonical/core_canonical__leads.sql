{{ config(enabled=is_fed_by('canonical', 'leads')) }}

select * from {{ source('canonical', 'leads') }}
