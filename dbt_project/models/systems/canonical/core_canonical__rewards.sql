{{ config(enabled=is_fed_by('canonical', 'rewards')) }}

select * from {{ source('canonical', 'rewards') }}
