with

orders as (

    select * from {{ ref('stg_olist__orders') }}

),

people as (

    select
        order_customer_id,
        max_by(customer_unique_id, (_exported_at, _load)) as customer_unique_id,
        max_by(state, (_exported_at, _load)) as state
    from {{ ref('stg_olist__customers') }}
    group by order_customer_id

)

select
    {{ prefixed_id('olist', 'orders.order_id', 'orders') }} as order_id,
    {{ prefixed_id('olist', 'people.customer_unique_id', 'customers') }} as customer_id,
    false as is_intercompany,
    orders.purchased_at as ordered_at,
    {{ local_date('orders.purchased_at') }} as ordered_on,
    case orders.status when 'canceled' then 'cancelled' when 'delivered' then 'completed' else 'placed' end as status,
    'BRL' as currency,
    people.state as region,
    {{ local_date('orders.promised_at') }} as promised_on,
    {{ local_date('orders.shipped_at') }} as shipped_on,
    {{ local_date('orders.delivered_at') }} as delivered_on,
    {{ provenance() }}
from orders
left join people on orders.order_customer_id = people.order_customer_id
