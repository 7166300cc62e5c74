with

source as (

    {{ latest_snapshot('fxiaoke', 'accounts', ['account_id']) }}

),

renamed as (

    select
        -- ids
        account_id,

        -- strings
        trim(account_name) as account_name,
        trim(parent_account_name) as parent_account_name,
        industry,
        level,
        status,
        country,
        region,
        trim(city) as city,

        -- times
        created_at,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
