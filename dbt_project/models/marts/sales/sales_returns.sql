{{ replaces_days('returned_on', changed=[
    changed_days('returns_considered'),
    "select returned_on from " ~ ref('returns_considered') ~ " where order_line_id in (select order_line_id from "
    ~ ref('order_lines_considered') ~ " where " ~ of_changed_day('ordered_on', 'order_lines_considered') ~ ")",
]) }}
with

returns as (

    select * from {{ ref('returns_considered') }}
    where
        left_out_because is null
        and {{ of_changed_day('returned_on') if continues() else 'true' }}

),

sales_lines as (

    select * from {{ ref('sales_lines') }}

)

select
    returns.return_id,
    returns.order_id,
    returns.customer_id,
    returns.product_id,
    returns.returned_on,
    returns.reason,
    returns.quantity,
    returns.amount,
    -- goods come back at what they cost; where nobody counted them, the refund says how much of the line came back
    cast(round(
        sales_lines.cost * coalesce(
            returns.quantity / nullif(sales_lines.quantity, 0),
            returns.original_amount / nullif(sales_lines.original_amount, 0)
        ),
        4
    ) as decimal(18, 4)) as cost,
    returns.original_amount,
    returns.currency,
    returns.customer_id is not null as is_linked,
    returns._system,
    returns._file_id,
    returns._row
from returns
left join sales_lines
    on returns.order_line_id = sales_lines.order_line_id
order by returns.returned_on
