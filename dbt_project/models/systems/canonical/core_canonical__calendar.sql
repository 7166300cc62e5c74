{{ config(enabled=is_fed_by('canonical', 'calendar')) }}

select * from {{ source('canonical', 'calendar') }}
