{{ config(enabled=is_fed_by('canonical', 'requirements')) }}

select * from {{ source('canonical', 'requirements') }}
