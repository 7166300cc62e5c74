with

items as (

    select * from {{ ref('stg_olist__order_items') }}

)

select
    {{ prefixed_id('olist', "order_id || ':' || item_number", 'order_lines') }} as order_line_id,
    {{ prefixed_id('olist', 'order_id', 'orders') }} as order_id,
    {{ prefixed_id('olist', 'product_id', 'products') }} as product_id,
    cast(1 as decimal(18, 4)) as quantity,
    cast(price as decimal(18, 4)) as unit_price,
    cast(price as decimal(18, 4)) as net_amount,
    'BRL' as currency,
    {{ provenance() }}
from items
