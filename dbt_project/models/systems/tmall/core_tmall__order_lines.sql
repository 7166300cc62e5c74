with

lines as (

    select * from {{ ref('stg_tmall__order_lines') }}

),

orders as (

    select * from {{ ref('stg_tmall__orders') }}

),

priced as (

    select
        lines.*,
        coalesce(orders.is_unpaid, false) as is_unpaid,
        {{ shared_out('orders.goods_amount', 'lines.quantity * lines.unit_price', 'lines.order_no', 'lines.line_number') }} as net_amount
    from lines
    left join orders on lines.order_no = orders.order_no

)

select
    {{ prefixed_id('tmall', 'line_no', 'order_lines') }} as order_line_id,
    {{ prefixed_id('tmall', 'order_no', 'orders') }} as order_id,
    {{ prefixed_id('tmall', 'product_no', 'products') }} as product_id,
    quantity,
    unit_price,
    cast(quantity * unit_price - net_amount as decimal(18, 4)) as discount_amount,
    net_amount,
    'CNY' as currency,
    {{ provenance() }}
from priced
where not is_unpaid
