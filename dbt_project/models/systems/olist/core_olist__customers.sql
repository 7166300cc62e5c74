-- A person who ordered twice has two customer records, possibly of two cities: the one of the latest order stands.
with

customers as (

    select * from {{ ref('stg_olist__customers') }}

),

orders as (

    select
        order_customer_id,
        max(purchased_at) as purchased_at
    from {{ ref('stg_olist__orders') }}
    group by order_customer_id

),

versions as (

    select
        customers.*,
        orders.purchased_at
    from customers
    left join orders on customers.order_customer_id = orders.order_customer_id

),

standing as (

    {{ newest_rows(
        'versions',
        ['customer_unique_id'],
        'purchased_at desc nulls last, _exported_at desc, _load desc, _row desc'
    ) }}

)

select
    {{ prefixed_id('olist', 'customer_unique_id', 'customers') }} as customer_id,
    false as is_intercompany,
    'individual' as customer_type,
    'BR' as country,
    state as region,
    city,
    {{ provenance() }}
from standing
