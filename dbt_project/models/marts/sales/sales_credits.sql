{{ config(materialized='view') }}
select
    credit_id,
    order_id,
    customer_id,
    cast(null as varchar) as product_id,
    kind,
    booked_on,
    amount,
    original_amount,
    currency,
    customer_id is not null as is_linked,
    _system,
    _file_id,
    _row
from {{ ref('credits_considered') }}
where left_out_because is null
