with

source as (

    {{ latest_snapshot('fxiaoke', 'deals', ['deal_id']) }}

),

renamed as (

    select
        -- ids
        deal_id,
        account_id,
        lead_id,

        -- strings
        trim(account_name) as account_name,
        trim(deal_name) as deal_name,
        owner,
        stage,
        status,
        currency,
        lost_reason,
        competitor,

        -- numbers
        amount,
        probability,

        -- dates
        expected_close_on,
        closed_on,

        -- times
        created_at,
        stage_changed_at,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
