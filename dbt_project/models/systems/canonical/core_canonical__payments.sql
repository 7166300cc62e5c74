{{ config(enabled=is_fed_by('canonical', 'payments')) }}

select * from {{ source('canonical', 'payments') }}
