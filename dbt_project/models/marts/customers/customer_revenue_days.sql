select
    customer_id,
    day,
    cast(sum(amount) as decimal(18, 4)) as amount
from {{ ref('revenue_movements') }}
where customer_id is not null
group by customer_id, day
