{{ config(enabled=is_fed_by('canonical', 'customer_history')) }}

select * from {{ source('canonical', 'customer_history') }}
