with

order_rows as (

    select * from {{ ref('stg_shopify__order_rows') }}

),

tips as (

    select
        order_no,
        sum(quantity * unit_price) as tip
    from order_rows
    where is_tip
    group by order_no

),

orders as (

    select
        order_rows.*,
        -- what the total has beyond lines, shipping, duties and tips is tax on top of prices, or nothing where prices include it
        order_rows.total - order_rows.subtotal - order_rows.shipping - order_rows.duties - coalesce(tips.tip, 0) as on_top
    from order_rows
    left join tips on order_rows.order_no = tips.order_no
    where order_rows.begins_order

),

without_tax as (

    select
        *,
        case
            when abs(on_top - taxes) <= abs(on_top) then subtotal
            else subtotal - round(taxes * subtotal / nullif(subtotal + shipping, 0), 2)
        end as net_subtotal
    from orders

)

select
    -- ids
    order_no,
    customer_no,

    -- strings
    financial_status,
    fulfillment_status,
    currency,
    payment_method,
    channel,
    shipping_province,
    shipping_country,

    -- numbers
    subtotal,
    taxes,
    total,
    refunded_amount,
    outstanding_balance,
    cast(net_subtotal as decimal(18, 4)) as net_subtotal,

    -- times
    created_at,
    paid_at,
    fulfilled_at,
    cancelled_at,

    -- provenance
    {{ provenance() }}
from without_tax
