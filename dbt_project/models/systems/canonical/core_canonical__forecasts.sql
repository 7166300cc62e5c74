{{ config(enabled=is_fed_by('canonical', 'forecasts')) }}

select * from {{ source('canonical', 'forecasts') }}
