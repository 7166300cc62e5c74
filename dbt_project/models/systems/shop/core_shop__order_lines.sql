with

order_lines as (

    select * from {{ ref('stg_shop__order_lines') }}

)

select
    {{ prefixed_id('shop', 'line_no', 'order_lines') }} as order_line_id,
    {{ prefixed_id('shop', 'order_no', 'orders') }} as order_id,
    {{ prefixed_id('shop', 'product_no', 'products') }} as product_id,
    quantity,
    unit_price,
    discount as discount_amount,
    net_amount,
    cost as cost_amount,
    currency,
    {{ provenance() }}
from order_lines
