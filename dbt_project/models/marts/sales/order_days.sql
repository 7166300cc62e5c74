-- The day's row of provenance is that of its first order: a count of days is traced to one order each.
{%- set of_their_days -%}
    customer_id in (
        select customer_id from {{ this }} where {{ of_changed_day('ordered_on', 'sales_orders') }}
        union all
        select customer_id from {{ ref('sales_orders') }} where {{ of_changed_day('ordered_on', 'sales_orders') }}
    )
{%- endset -%}
{#- a customer's first day is another one: both it and the one before are replaced -#}
{%- set other_first_days -%}
    select case when sides.is_before then was.ordered_on else now.ordered_on end as ordered_on
    from (select customer_id, ordered_on from {{ this }} where is_first_ever and {{ of_their_days }}) as was
    full join (
        select customer_id, min(ordered_on) as ordered_on from {{ ref('sales_orders') }} where {{ of_their_days }} group by customer_id
    ) as now on was.customer_id = now.customer_id
    cross join (select true as is_before union all select false as is_before) as sides
    where was.ordered_on is distinct from now.ordered_on
{%- endset -%}
{{ replaces_days('ordered_on', changed=[changed_days('sales_orders'), other_first_days]) }}
with

orders as (

    select
        *,
        row_number() over (partition by customer_id, ordered_on order by order_id) as order_of_the_day
    from {{ ref('sales_orders') }}
    where
        customer_id is not null
    {%- if continues() %}
        and {{ of_changed_day('ordered_on') }}
        {%- endif %}

),

first_days as (

    select
        customer_id,
        min(ordered_on) as ordered_on
    from {{ ref('sales_orders') }}
    {%- if continues() %}
    where customer_id in (select customer_id from orders)
    {%- endif %}
    group by customer_id

),

days as (

    select
        orders.*,
        orders.ordered_on = first_days.ordered_on as is_first_ever
    from orders
    inner join first_days on orders.customer_id = first_days.customer_id
    where orders.order_of_the_day = 1

)

select
    customer_id,
    ordered_on,
    is_first_ever,
    is_first_ever and ordered_on >= {{ day_after("cast('" ~ var('history_starts_on') ~ "' as date)", 1, 'year') }} as is_new,
    _system,
    _file_id,
    _row
from days
order by ordered_on
