{{ replaces_days('day', changed=[
    changed_days('order_lines_considered.revenue_on'),
    changed_days('sales_returns'),
    changed_days('credits_considered'),
]) }}
select
    customer_id,
    day,
    cast(sum(amount) as decimal(18, 4)) as amount
from {{ ref('revenue_movements') }}
where
    customer_id is not null
    and {{ of_changed_day('day') if continues() else 'true' }}
group by customer_id, day
order by day
