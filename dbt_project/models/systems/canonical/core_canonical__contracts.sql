{{ config(enabled=is_fed_by('canonical', 'contracts')) }}

select * from {{ source('canonical', 'contracts') }}
