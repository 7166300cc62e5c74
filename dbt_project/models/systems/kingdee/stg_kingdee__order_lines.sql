with

lines as (

    select * from {{ ref('stg_kingdee__sales_orders') }}

),

dated as (

    select
        *,
        max(_exported_at) over (partition by order_no) as order_exported_at
    from lines

),

-- of two files of one instant the later delivery holds
delivered as (

    select
        *,
        max(_load) over (partition by order_no) as order_load
    from dated
    where _exported_at = order_exported_at

)

select
    order_no,
    line_no,
    customer_no,
    customer_name,
    product_no,
    product_name,
    organisation,
    seller,
    currency,
    quantity,
    price_with_tax,
    discount,
    tax_rate,
    coalesce(
        amount,
        cast(amount_with_tax - tax as decimal(18, 4)),
        cast(round(amount_with_tax / (1 + tax_rate / 100), 4) as decimal(18, 4))
    ) as net_amount,
    is_free,
    is_cancelled,
    is_closed,
    ordered_on,
    promised_on,
    {{ provenance() }}
from delivered
where
    _load = order_load
    and is_approved
