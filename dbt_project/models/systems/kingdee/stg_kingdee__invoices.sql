with

receivables as (

    select * from {{ ref('stg_kingdee__receivables') }}

),

newest as (

    {{ newest_rows('receivables', ['invoice_no'], '_exported_at desc, _load desc, _row desc') }}

)

select
    invoice_no,
    customer_no,
    customer_name,
    order_no,
    currency,
    amount_with_tax,
    paid,
    is_approved,
    issued_on,
    due_on,
    {{ provenance() }}
from newest
