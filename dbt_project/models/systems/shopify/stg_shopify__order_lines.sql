with

order_rows as (

    select * from {{ ref('stg_shopify__order_rows') }}

)

select
    -- ids
    order_no || ':' || line_number as line_no,
    order_no,
    line_number,
    product_no,

    -- strings
    product_name,
    vendor,

    -- numbers
    quantity,
    unit_price,
    compare_at_price,
    cast(quantity * unit_price - line_discount as decimal(18, 4)) as amount,

    -- provenance
    {{ provenance() }}
from order_rows
where quantity is not null and not is_tip
