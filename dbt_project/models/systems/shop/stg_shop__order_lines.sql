with

source as (

    select * from {{ source('shop', 'order_lines') }}

),

renamed as (

    select
        -- ids
        line_no,
        order_no,
        product_no,

        -- strings
        currency,

        -- numbers
        quantity,
        unit_price,
        discount,
        net_amount,
        cost,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
