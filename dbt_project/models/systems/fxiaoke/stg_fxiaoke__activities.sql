with

source as (

    select * from {{ source('fxiaoke', 'activities') }}

),

renamed as (

    select
        -- ids
        activity_id,
        account_id,
        deal_id,

        -- strings
        trim(account_name) as account_name,
        trim(deal_name) as deal_name,
        owner,
        way,
        content,

        -- dates
        next_step_on,

        -- times
        occurred_at,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
