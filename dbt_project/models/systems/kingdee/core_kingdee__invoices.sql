with

invoices as (

    select * from {{ ref('stg_kingdee__invoices') }}

)

select
    {{ prefixed_id('kingdee', 'invoice_no', 'invoices') }} as invoice_id,
    {{ prefixed_id('kingdee', 'customer_no', 'customers') }} as customer_id,
    {{ prefixed_id('kingdee', 'order_no', 'orders') }} as order_id,
    issued_on,
    due_on,
    amount_with_tax as amount,
    paid as paid_amount,
    currency,
    {{ provenance() }}
from invoices
where is_approved
