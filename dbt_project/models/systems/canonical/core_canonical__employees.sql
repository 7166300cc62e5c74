{{ config(enabled=is_fed_by('canonical', 'employees')) }}

select * from {{ source('canonical', 'employees') }}
