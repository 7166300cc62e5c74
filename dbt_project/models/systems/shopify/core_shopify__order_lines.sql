with

lines as (

    select * from {{ ref('stg_shopify__order_lines') }}

),

orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

priced as (

    select
        lines.*,
        orders.currency,
        {{ shared_out('orders.net_subtotal', 'lines.amount', 'lines.order_no', 'lines.line_number') }} as net_amount,
        {{ shared_out('orders.subtotal', 'lines.amount', 'lines.order_no', 'lines.line_number') }} as paid_amount
    from lines
    left join orders on lines.order_no = orders.order_no

)

select
    {{ prefixed_id('shopify', 'line_no', 'order_lines') }} as order_line_id,
    {{ prefixed_id('shopify', 'order_no', 'orders') }} as order_id,
    {{ prefixed_id('shopify', 'product_no', 'products') }} as product_id,
    quantity,
    unit_price,
    cast(quantity * unit_price - paid_amount as decimal(18, 4)) as discount_amount,
    net_amount,
    currency,
    {{ provenance() }}
from priced
