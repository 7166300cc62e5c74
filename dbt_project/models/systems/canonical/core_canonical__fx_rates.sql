{{ config(enabled=is_fed_by('canonical', 'fx_rates')) }}

select * from {{ source('canonical', 'fx_rates') }}
