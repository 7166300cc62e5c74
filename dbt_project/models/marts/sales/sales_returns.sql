{{ replaces_days('returned_on', changed=[
    changed_days('returns_considered'),
    "select returned_on from " ~ ref('returns_considered') ~ " where order_line_id in (select order_line_id from "
    ~ ref('order_lines_considered') ~ " where " ~ of_changed_day('ordered_on', 'order_lines_considered') ~ ")",
    "select returned_on from " ~ ref('returns_considered') ~ " where order_line_id is null and order_id in (select order_id from "
    ~ ref('orders_considered') ~ " where " ~ of_changed_day('ordered_on', 'order_lines_considered') ~ ")",
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

),

-- what names no line is of its order as a whole; of an order whose cost is known in part, nobody knows which part came back
whole_orders as (

    select
        order_id,
        case when min(currency) = max(currency) then min(currency) end as currency,
        sum(original_amount) as original_amount,
        sum(amount) as amount,
        sum(cost) as cost
    from sales_lines
    where order_id in (select order_id from returns where order_line_id is null)
    group by order_id
    having count(cost) = count(*)

),

sold as (

    select
        returns.*,
        sales_lines.quantity as sold_quantity,
        coalesce(sales_lines.currency, whole_orders.currency) as sold_currency,
        coalesce(sales_lines.original_amount, whole_orders.original_amount) as sold_original_amount,
        coalesce(sales_lines.amount, whole_orders.amount) as sold_amount,
        coalesce(sales_lines.cost, whole_orders.cost) as sold_cost
    from returns
    left join sales_lines
        on returns.order_line_id = sales_lines.order_line_id
    left join whole_orders
        on
            returns.order_line_id is null
            and returns.order_id = whole_orders.order_id

)

select
    return_id,
    order_id,
    customer_id,
    product_id,
    returned_on,
    reason,
    quantity,
    amount,
    -- goods come back at what they cost; where nobody counted them, the refund says how much of the sale came back
    cast(round(
        sold_cost * coalesce(
            quantity / nullif(sold_quantity, 0),
            case when currency = sold_currency then original_amount / nullif(sold_original_amount, 0) end,
            amount / nullif(sold_amount, 0)
        ),
        4
    ) as decimal(18, 4)) as cost,
    original_amount,
    currency,
    customer_id is not null as is_linked,
    _system,
    _file_id,
    _row
from sold
order by returned_on
