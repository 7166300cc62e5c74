with

source as (

    {{ latest_snapshot('zoho', 'deals', ['record_id']) }}

),

renamed as (

    select
        -- ids
        replace(record_id, 'zcrm_', '') as deal_id,
        replace(account_id, 'zcrm_', '') as account_id,
        replace(owner_id, 'zcrm_', '') as owner_id,

        -- strings
        stage,
        currency,
        lost_reason,

        -- numbers
        amount,
        probability,

        -- dates
        closing_on,

        -- times
        created_at,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
