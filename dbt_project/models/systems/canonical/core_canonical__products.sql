{{ config(enabled=is_fed_by('canonical', 'products')) }}

select * from {{ source('canonical', 'products') }}
