{{ config(enabled=is_fed_by('canonical', 'ticket_events')) }}

select * from {{ source('canonical', 'ticket_events') }}
