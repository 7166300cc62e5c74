{{ config(enabled=is_fed_by('canonical', 'articles')) }}

select * from {{ source('canonical', 'articles') }}
