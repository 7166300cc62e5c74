{{ config(enabled=is_fed_by('canonical', 'returns')) }}

select * from {{ source('canonical', 'returns') }}
