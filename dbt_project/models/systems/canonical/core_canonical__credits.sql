{{ config(enabled=is_fed_by('canonical', 'credits')) }}

select * from {{ source('canonical', 'credits') }}
