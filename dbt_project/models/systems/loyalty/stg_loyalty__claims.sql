with

source as (

    select * from {{ source('loyalty', 'claims') }}

),

renamed as (

    select
        -- ids
        claim_no,
        reward_no,
        member_no,

        -- dates
        claimed_on,
        fulfilled_on,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
