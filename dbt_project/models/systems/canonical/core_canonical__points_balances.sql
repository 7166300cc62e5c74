{{ config(enabled=is_fed_by('canonical', 'points_balances')) }}

select * from {{ source('canonical', 'points_balances') }}
