with

orders as (

    select * from {{ ref('stg_shopify__orders') }}

)

select
    {{ prefixed_id('shopify', 'order_no', 'orders') }} as order_id,
    {{ prefixed_id('shopify', 'customer_no', 'customers') }} as customer_id,
    false as is_intercompany,
    created_at as ordered_at,
    {{ local_date('created_at') }} as ordered_on,
    channel,
    case
        when cancelled_at is not null or financial_status in ('voided', 'expired') then 'cancelled'
        when fulfillment_status = 'fulfilled' then 'completed'
        else 'placed'
    end as status,
    currency,
    coalesce(shipping_province, shipping_country) as region,
    {{ local_date('fulfilled_at') }} as shipped_on,
    {{ provenance() }}
from orders
