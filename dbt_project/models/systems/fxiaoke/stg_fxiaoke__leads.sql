with

source as (

    {{ latest_snapshot('fxiaoke', 'leads', ['lead_id']) }}

),

renamed as (

    select
        -- ids
        lead_id,

        -- strings
        source,
        status,
        trim(converted_account_name) as converted_account_name,

        -- times
        created_at,
        converted_at,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
