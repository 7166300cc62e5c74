with

source as (

    {{ latest_snapshot('zoho', 'leads', ['record_id']) }}

),

renamed as (

    select
        -- ids
        replace(record_id, 'zcrm_', '') as lead_id,
        replace(converted_account_id, 'zcrm_', '') as converted_account_id,

        -- strings
        source,
        status,

        -- times
        created_at,
        converted_at,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
