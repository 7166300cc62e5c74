with

source as (

    select * from {{ source('loyalty', 'balances') }}

),

renamed as (

    select
        -- ids
        member_no,

        -- numbers
        points,

        -- dates
        stated_on,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
