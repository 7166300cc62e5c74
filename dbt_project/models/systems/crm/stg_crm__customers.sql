with

source as (

    {{ latest_snapshot('crm', 'customers', ['account_no']) }}

),

renamed as (

    select
        -- ids
        account_no,
        parent_no,

        -- strings
        trim(account_name) as account_name,
        customer_type,
        trim(industry) as industry,
        company_size,
        manual_tier,
        country,
        region,
        trim(city) as city,
        legal_entity,
        currency,
        status,

        -- numbers
        estimated_annual_spend,
        strategic_fit,

        -- booleans
        is_key_account,
        mail_consent,

        -- dates
        created_on,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
