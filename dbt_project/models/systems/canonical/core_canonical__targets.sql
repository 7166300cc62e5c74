{{ config(enabled=is_fed_by('canonical', 'targets')) }}

select * from {{ source('canonical', 'targets') }}
