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
