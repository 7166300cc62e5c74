{{ config(enabled=is_fed_by('canonical', 'campaigns')) }}

select * from {{ source('canonical', 'campaigns') }}
