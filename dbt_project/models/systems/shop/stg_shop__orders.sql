with

source as (

    select * from {{ source('shop', 'orders') }}

),

renamed as (

    select
        -- ids
        order_no,
        customer_no,
        sales_rep,

        -- strings
        channel,
        status,
        currency,
        depot,
        legal_entity,

        -- dates
        promised_on,
        shipped_on,
        delivered_on,

        -- times
        ordered_at,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
