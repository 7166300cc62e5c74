with

orders as (

    select * from {{ ref('stg_shopify__orders') }}

)

select
    {{ prefixed_id('shopify', 'order_no', 'returns') }} as return_id,
    {{ prefixed_id('shopify', 'order_no', 'orders') }} as order_id,
    {{ prefixed_id('shopify', 'customer_no', 'customers') }} as customer_id,
    {{ local_date('created_at') }} as returned_on,
    cast(round(least(refunded_amount, total) * net_subtotal / nullif(total, 0), 2) as decimal(18, 4)) as refund_amount,
    currency,
    {{ provenance() }}
from orders
where refunded_amount > 0
