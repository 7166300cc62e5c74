{{ config(enabled=is_fed_by('canonical', 'opportunities')) }}

select * from {{ source('canonical', 'opportunities') }}
