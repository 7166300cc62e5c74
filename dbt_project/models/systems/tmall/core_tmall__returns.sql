with

orders as (

    select * from {{ ref('stg_tmall__orders') }}

),

lines as (

    select * from {{ ref('stg_tmall__order_lines') }}
    where refund_amount > 0

),

refunds as (

    select
        line_no as refund_no,
        order_no,
        line_no,
        refund_amount,
        {{ provenance() }}
    from lines
    union all
    select
        order_no as refund_no,
        order_no,
        null as line_no,
        least(refund_amount, goods_amount) as refund_amount,
        {{ provenance() }}
    from orders
    where refund_amount > 0 and order_no not in (select lines.order_no from lines)

)

select
    {{ prefixed_id('tmall', 'refunds.refund_no', 'returns') }} as return_id,
    {{ prefixed_id('tmall', 'refunds.order_no', 'orders') }} as order_id,
    {{ prefixed_id('tmall', 'refunds.line_no', 'order_lines') }} as order_line_id,
    {{ prefixed_id('tmall', 'md5(orders.buyer)', 'customers') }} as customer_id,
    {{ local_date('orders.created_at') }} as returned_on,
    refunds.refund_amount,
    'CNY' as currency,
    refunds._file_id,
    refunds._row,
    refunds._exported_at,
    refunds._loaded_at,
    refunds._load
from refunds
inner join orders on refunds.order_no = orders.order_no
