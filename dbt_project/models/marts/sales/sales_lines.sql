{{ config(materialized='view') }}
select
    order_line_id,
    order_id,
    customer_id,
    product_id,
    seller_id,
    channel,
    legal_entity,
    ordered_on,
    revenue_on,
    quantity,
    amount,
    cost,
    original_amount,
    currency,
    customer_id is not null as is_linked,
    _system,
    _file_id,
    _row
from {{ ref('order_lines_considered') }}
where left_out_because is null
