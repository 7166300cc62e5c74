with

source as (

    select * from {{ source('shop', 'returns') }}

),

renamed as (

    select
        -- ids
        return_no,
        order_no,
        line_no,
        customer_no,

        -- strings
        reason,
        currency,

        -- numbers
        quantity,
        refund,

        -- dates
        returned_on,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
