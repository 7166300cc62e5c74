{{ config(enabled=is_fed_by('canonical', 'decisions')) }}

select * from {{ source('canonical', 'decisions') }}
