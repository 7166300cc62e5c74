-- The day's row of provenance is that of its first order: a count of days is traced to one order each.
with

orders as (

    select
        *,
        row_number() over (partition by customer_id, ordered_on order by order_id) as order_of_the_day
    from {{ ref('sales_orders') }}
    where customer_id is not null

),

days as (

    select
        *,
        row_number() over (partition by customer_id order by ordered_on) = 1 as is_first_ever
    from orders
    where order_of_the_day = 1

)

select
    customer_id,
    ordered_on,
    is_first_ever,
    is_first_ever and ordered_on >= cast('{{ var('history_starts_on') }}' as date) + interval 1 year as is_new,
    _system,
    _file_id,
    _row
from days
order by ordered_on
