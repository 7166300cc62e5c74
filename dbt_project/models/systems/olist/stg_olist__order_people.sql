with

orders as (

    select
        order_id,
        max_by(order_customer_id, (_exported_at, _load)) as order_customer_id,
        max_by(coalesce(approved_at, purchased_at), (_exported_at, _load)) as paid_at
    from {{ ref('stg_olist__orders') }}
    group by order_id

),

customers as (

    select
        order_customer_id,
        max_by(customer_unique_id, (_exported_at, _load)) as customer_unique_id
    from {{ ref('stg_olist__customers') }}
    group by order_customer_id

)

select
    orders.order_id,
    customers.customer_unique_id,
    orders.paid_at
from orders
left join customers on orders.order_customer_id = customers.order_customer_id
