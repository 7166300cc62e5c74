with

lines as (

    select * from {{ ref('stg_shopify__order_lines') }}

),

orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

sold as (

    select
        lines.*,
        orders.currency,
        orders.created_at
    from lines
    left join orders on lines.order_no = orders.order_no
    where lines.product_no is not null

),

newest as (

    {{ newest_rows('sold', ['product_no'], 'created_at desc nulls last, _exported_at desc, _load desc, _row desc') }}

)

select
    {{ prefixed_id('shopify', 'product_no', 'products') }} as product_id,
    product_name,
    vendor as brand,
    coalesce(compare_at_price, unit_price) as list_price,
    currency,
    {{ provenance() }}
from newest
