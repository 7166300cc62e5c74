with

payments as (

    select * from {{ ref('stg_olist__payments') }}

),

order_people as (

    select * from {{ ref('stg_olist__order_people') }}

)

select
    {{ prefixed_id('olist', "payments.order_id || ':' || payments.payment_number", 'payments') }} as payment_id,
    {{ prefixed_id('olist', 'order_people.customer_unique_id', 'customers') }} as customer_id,
    {{ local_date('order_people.paid_at') }} as paid_on,
    cast(payments.amount as decimal(18, 4)) as amount,
    payments.method,
    'BRL' as currency,
    {{ provenance() }}
from payments
left join order_people on payments.order_id = order_people.order_id
