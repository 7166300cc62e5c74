{{ config(enabled=is_fed_by('canonical', 'campaign_touches')) }}

select * from {{ source('canonical', 'campaign_touches') }}
