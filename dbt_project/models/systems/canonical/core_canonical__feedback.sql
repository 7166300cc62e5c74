{{ config(enabled=is_fed_by('canonical', 'feedback')) }}

select * from {{ source('canonical', 'feedback') }}
