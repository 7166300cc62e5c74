-- An export has whole orders, so the newest file that has an order has all of its lines, and none that were taken off it since.
with

source as (

    select * from {{ source('shopify', 'orders') }}

),

ranked as (

    select
        *,
        rank() over (partition by order_name order by _exported_at desc, _load desc) as age
    from source

),

renamed as (

    select
        -- ids
        {{ all_replaced('trim(order_name)', '^#') }} as order_no,
        row_number() over (partition by order_name order by _row) as line_number,
        {{ person_key('email', 'phone') }} as customer_no,
        coalesce(nullif(trim(line_sku), ''), nullif(trim(line_name), '')) as product_no,

        -- strings
        lower(financial_status) as financial_status,
        lower(fulfillment_status) as fulfillment_status,
        currency,
        payment_method,
        coalesce(sales_channel, 'web') as channel,
        shipping_province,
        shipping_country,
        trim(line_name) as product_name,
        vendor,

        -- numbers
        subtotal,
        coalesce(shipping, 0) as shipping,
        coalesce(taxes, 0) as taxes,
        coalesce(duties, 0) as duties,
        total,
        coalesce(refunded_amount, 0) as refunded_amount,
        coalesce(outstanding_balance, 0) as outstanding_balance,
        line_quantity as quantity,
        line_price as unit_price,
        line_compare_at_price as compare_at_price,
        coalesce(line_discount, 0) as line_discount,

        -- flags
        total is not null as begins_order,
        lower(trim(line_name)) = 'tip' and line_sku is null as is_tip,

        -- times
        created_at,
        paid_at,
        fulfilled_at,
        cancelled_at,

        -- provenance
        {{ provenance() }}

    from ranked
    where age = 1

)

select * from renamed
