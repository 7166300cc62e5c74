{%- set is_on_time -%}
    case
        when delivered_on <= promised_on then true
        when promised_on < this_build.as_of_on then false
    end
{%- endset -%}
{{ replaces_days('ordered_on', changed=[
    changed_days('orders_considered'),
    changed_days('order_lines_considered'),
    "select ordered_on from " ~ this ~ " cross join " ~ source('rapport', 'this_build') ~ " as this_build where is_on_time is distinct from "
    ~ is_on_time,
]) }}
with

orders as (

    select * from {{ ref('orders_considered') }}
    where
        left_out_because is null
        and {{ of_changed_day('ordered_on') if continues() else 'true' }}

),

lines as (

    select
        order_id,
        count(*) as lines,
        sum(amount) as amount
    from {{ ref('sales_lines') }}
    {%- if continues() %}
    where {{ of_changed_day('ordered_on') }}
    {%- endif %}
    group by order_id

),

this_build as (

    select * from {{ source('rapport', 'this_build') }}

)

select
    orders.order_id,
    orders.customer_id,
    orders.seller_id,
    orders.channel,
    orders.legal_entity,
    orders.ordered_on,
    orders.revenue_on,
    orders.promised_on,
    orders.delivered_on,
    {{ is_on_time }} as is_on_time,
    coalesce(lines.lines, 0) as lines,
    cast(coalesce(lines.amount, 0) as decimal(18, 4)) as amount,
    orders._system,
    orders._file_id,
    orders._row
from orders
left join lines on orders.order_id = lines.order_id
cross join this_build
order by orders.ordered_on
