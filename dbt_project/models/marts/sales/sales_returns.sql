select
    return_id,
    order_id,
    customer_id,
    product_id,
    returned_on,
    reason,
    quantity,
    amount,
    original_amount,
    currency,
    customer_id is not null as is_linked,
    _system,
    _file_id,
    _row
from {{ ref('returns_considered') }}
where left_out_because is null
order by returned_on
