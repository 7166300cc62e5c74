{{ config(enabled=is_fed_by('canonical', 'loyalty_members')) }}

select * from {{ source('canonical', 'loyalty_members') }}
