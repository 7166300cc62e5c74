{{ config(enabled=is_fed_by('canonical', 'trainings')) }}

select * from {{ source('canonical', 'trainings') }}
