with

orders as (

    select * from {{ ref('stg_tmall__orders') }}

)

select
    {{ prefixed_id('tmall', 'order_no', 'orders') }} as order_id,
    {{ prefixed_id('tmall', 'md5(buyer)', 'customers') }} as customer_id,
    false as is_intercompany,
    created_at as ordered_at,
    {{ local_date('created_at') }} as ordered_on,
    'tmall' as channel,
    case
        when status like '交易关闭%' then 'cancelled'
        when status like '交易成功%' then 'completed'
        else 'placed'
    end as status,
    'CNY' as currency,
    {{ local_date('shipped_at') }} as shipped_on,
    {{ local_date('received_at') }} as delivered_on,
    {{ provenance() }}
from orders
where not is_unpaid
