with

movements as (

    select
        customer_id,
        revenue_on as day,
        amount
    from {{ ref('sales_lines') }}
    where revenue_on is not null

    union all

    select
        customer_id,
        returned_on as day,
        -amount as amount
    from {{ ref('sales_returns') }}

    union all

    select
        customer_id,
        booked_on as day,
        -amount as amount
    from {{ ref('sales_credits') }}

)

select
    customer_id,
    day,
    cast(sum(amount) as decimal(18, 4)) as amount
from movements
where customer_id is not null
group by customer_id, day
