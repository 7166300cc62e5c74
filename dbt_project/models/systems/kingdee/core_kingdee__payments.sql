with

receipts as (

    select * from {{ ref('stg_kingdee__receipts') }}

),

dated as (

    select
        *,
        max(_exported_at) over (partition by receipt_no) as receipt_exported_at
    from receipts

),

delivered as (

    select
        *,
        max(_load) over (partition by receipt_no) as receipt_load
    from dated
    where _exported_at = receipt_exported_at

),

invoices as (

    select * from {{ ref('stg_kingdee__invoices') }}

)

select
    {{ prefixed_id('kingdee', "delivered.receipt_no || ':' || delivered.line_no", 'payments') }} as payment_id,
    {{ prefixed_id('kingdee', 'delivered.customer_no', 'customers') }} as customer_id,
    {{ prefixed_id('kingdee', 'invoices.invoice_no', 'invoices') }} as invoice_id,
    delivered.paid_on,
    delivered.amount,
    delivered.method,
    delivered.currency,
    delivered._file_id,
    delivered._row,
    delivered._exported_at,
    delivered._loaded_at,
    delivered._load
from delivered
left join invoices on delivered.source_no = invoices.invoice_no
where
    delivered._load = delivered.receipt_load
    and delivered.is_approved
