with

orders as (

    select * from {{ ref('stg_tmall__orders') }}

)

select
    {{ prefixed_id('tmall', 'order_no', 'payments') }} as payment_id,
    {{ prefixed_id('tmall', 'md5(buyer)', 'customers') }} as customer_id,
    {{ local_date('paid_at') }} as paid_on,
    paid_amount as amount,
    'alipay' as method,
    'CNY' as currency,
    {{ provenance() }}
from orders
where paid_at is not null and paid_amount > 0
