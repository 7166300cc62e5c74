with

returns as (

    select * from {{ ref('stg_shop__returns') }}

)

select
    {{ prefixed_id('shop', 'return_no', 'returns') }} as return_id,
    {{ prefixed_id('shop', 'order_no', 'orders') }} as order_id,
    {{ prefixed_id('shop', 'line_no', 'order_lines') }} as order_line_id,
    {{ prefixed_id('shop', 'customer_no', 'customers') }} as customer_id,
    returned_on,
    quantity,
    refund as refund_amount,
    reason,
    currency,
    {{ provenance() }}
from returns
