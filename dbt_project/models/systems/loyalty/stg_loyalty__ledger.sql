with

source as (

    select * from {{ source('loyalty', 'ledger') }}

),

renamed as (

    select
        -- ids
        entry_no,
        member_no,
        order_no,
        reward_no,

        -- strings
        kind,

        -- numbers
        case when kind in ('redeem', 'expire') then -abs(points) else points end as points,

        -- dates
        booked_on,
        expires_on,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
