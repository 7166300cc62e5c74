{{ config(enabled=is_fed_by('canonical', 'order_lines')) }}

select * from {{ source('canonical', 'order_lines') }}
