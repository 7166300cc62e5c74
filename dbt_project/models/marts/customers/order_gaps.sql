-- Business days are those of the company's country. A weekend's order belongs to the Friday before it.
with

calendar as (

    select
        day,
        sum(case when is_business_day then 1 else 0 end) over (order by day rows unbounded preceding) as business_day
    from {{ ref('calendar_days') }}

),

order_days as (

    select
        order_days.customer_id,
        order_days.ordered_on,
        calendar.business_day,
        lag(order_days.ordered_on) over (partition by order_days.customer_id order by order_days.ordered_on) as ordered_on_before,
        lag(calendar.business_day) over (partition by order_days.customer_id order by order_days.ordered_on) as business_day_before
    from {{ ref('order_days') }} as order_days
    inner join calendar on order_days.ordered_on = calendar.day

)

select
    customer_id,
    ordered_on,
    cast(business_day as integer) as business_day,
    cast({{ dbt.datediff('ordered_on_before', 'ordered_on', 'day') }} as integer) as days,
    cast(business_day - business_day_before as integer) as business_days
from order_days
