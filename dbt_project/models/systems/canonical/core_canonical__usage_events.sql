{{ config(enabled=is_fed_by('canonical', 'usage_events')) }}

select * from {{ source('canonical', 'usage_events') }}
