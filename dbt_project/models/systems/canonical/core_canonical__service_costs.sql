{{ config(enabled=is_fed_by('canonical', 'service_costs')) }}

select * from {{ source('canonical', 'service_costs') }}
