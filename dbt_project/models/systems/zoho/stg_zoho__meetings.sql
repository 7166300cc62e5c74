with

source as (

    select * from {{ source('zoho', 'meetings') }}

),

renamed as (

    select
        -- ids
        replace(record_id, 'zcrm_', '') as meeting_id,
        replace(contact_id, 'zcrm_', '') as contact_id,
        replace(related_to_id, 'zcrm_', '') as related_to_id,
        replace(owner_id, 'zcrm_', '') as owner_id,

        -- strings
        subject,

        -- times
        started_at,
        ended_at,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
