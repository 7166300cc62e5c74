-- An export has whole orders, so the newest file that has an order has all of its lines.
with

source as (

    select * from {{ source('tmall', 'order_lines') }}

),

renamed as (

    select
        -- ids; ="…", a tab or an apostrophe keeps Excel from making a number of them
        {{ all_replaced('order_no', '[^0-9A-Za-z-]') }} as order_no,
        nullif({{ all_replaced('line_no', '[^0-9A-Za-z-]') }}, '') as line_no,
        coalesce(
            nullif(trim(product_code), ''),
            nullif(trim(external_code), ''),
            nullif(concat_ws(' ', trim(product_name), trim(variant)), '')
        ) as product_no,

        -- strings
        nullif(concat_ws(' ', trim(product_name), trim(variant)), '') as product_name,

        -- numbers
        quantity,
        unit_price,
        coalesce(refund_amount, 0) as refund_amount,

        -- provenance
        {{ provenance() }}

    from source

),

ranked as (

    select
        *,
        rank() over (partition by order_no order by _exported_at desc, _load desc) as age,
        row_number() over (partition by order_no, _file_id order by _row) as line_number
    from renamed

)

select
    -- ids
    order_no,
    coalesce(line_no, order_no || ':' || line_number) as line_no,
    line_number,
    product_no,

    -- strings
    product_name,

    -- numbers
    quantity,
    unit_price,
    refund_amount,

    -- provenance
    {{ provenance() }}
from ranked
where age = 1
