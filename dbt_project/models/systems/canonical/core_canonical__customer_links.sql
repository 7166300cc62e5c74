{{ config(enabled=is_fed_by('canonical', 'customer_links')) }}

select * from {{ source('canonical', 'customer_links') }}
