with

source as (

    select * from {{ source('olist', 'orders') }}

),

renamed as (

    select
        -- ids
        order_id,
        customer_id as order_customer_id,

        -- strings
        order_status as status,

        -- times
        order_purchase_timestamp as purchased_at,
        order_approved_at as approved_at,
        order_delivered_carrier_date as shipped_at,
        order_delivered_customer_date as delivered_at,
        order_estimated_delivery_date as promised_at,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
