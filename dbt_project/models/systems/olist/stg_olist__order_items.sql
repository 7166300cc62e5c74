with

source as (

    select * from {{ source('olist', 'order_items') }}

),

renamed as (

    select
        -- ids
        order_id,
        order_item_id as item_number,
        product_id,

        -- money
        price,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
