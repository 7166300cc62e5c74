{{ config(enabled=is_fed_by('canonical', 'interactions')) }}

select * from {{ source('canonical', 'interactions') }}
