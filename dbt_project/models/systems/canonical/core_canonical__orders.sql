{{ config(enabled=is_fed_by('canonical', 'orders')) }}

select * from {{ source('canonical', 'orders') }}
