{{ config(enabled=is_fed_by('canonical', 'tickets')) }}

select * from {{ source('canonical', 'tickets') }}
