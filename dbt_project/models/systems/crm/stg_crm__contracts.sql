with

source as (

    {{ latest_snapshot('crm', 'contracts', ['contract_no']) }}

),

renamed as (

    select
        -- ids
        contract_no,
        account_no,
        renews_contract_no,

        -- strings
        currency,
        status,

        -- numbers
        annual_value,

        -- dates
        starts_on,
        ends_on,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
