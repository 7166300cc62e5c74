{{ config(enabled=is_fed_by('canonical', 'journey_events')) }}

select * from {{ source('canonical', 'journey_events') }}
