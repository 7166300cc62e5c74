{{ config(enabled=is_fed_by('canonical', 'market_series')) }}

select * from {{ source('canonical', 'market_series') }}
