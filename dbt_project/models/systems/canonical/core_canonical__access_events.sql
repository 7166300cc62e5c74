{{ config(enabled=is_fed_by('canonical', 'access_events')) }}

select * from {{ source('canonical', 'access_events') }}
