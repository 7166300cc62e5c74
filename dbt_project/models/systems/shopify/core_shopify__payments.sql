with

orders as (

    select * from {{ ref('stg_shopify__orders') }}

)

select
    {{ prefixed_id('shopify', 'order_no', 'payments') }} as payment_id,
    {{ prefixed_id('shopify', 'customer_no', 'customers') }} as customer_id,
    {{ local_date('paid_at') }} as paid_on,
    cast(total - greatest(outstanding_balance, 0) as decimal(18, 4)) as amount,
    payment_method as method,
    currency,
    {{ provenance() }}
from orders
where paid_at is not null and total > greatest(outstanding_balance, 0)
