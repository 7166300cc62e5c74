with

invoices as (

    select * from {{ ref('stg_shop__invoices') }}

)

select
    {{ prefixed_id('shop', 'invoice_no', 'invoices') }} as invoice_id,
    {{ prefixed_id('shop', 'customer_no', 'customers') }} as customer_id,
    {{ prefixed_id('shop', 'order_no', 'orders') }} as order_id,
    issued_on,
    due_on,
    paid_on,
    amount,
    paid_amount,
    currency,
    {{ provenance() }}
from invoices
