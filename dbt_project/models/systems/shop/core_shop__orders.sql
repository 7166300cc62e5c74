with

orders as (

    select * from {{ ref('stg_shop__orders') }}

)

select
    {{ prefixed_id('shop', 'order_no', 'orders') }} as order_id,
    {{ prefixed_id('shop', 'customer_no', 'customers') }} as customer_id,
    legal_entity,
    false as is_intercompany,
    ordered_at,
    {{ local_date('ordered_at') }} as ordered_on,
    channel,
    status,
    currency,
    {{ prefixed_id('crm', 'sales_rep', 'employees') }} as employee_id,
    depot as region,
    promised_on,
    shipped_on,
    delivered_on,
    {{ provenance() }}
from orders
