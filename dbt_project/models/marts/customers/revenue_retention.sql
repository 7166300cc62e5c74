select
    grain,
    period_end,
    customer_id,
    cast(base_amount as decimal(18, 4)) as base_amount,
    cast(current_amount as decimal(18, 4)) as current_amount,
    cast(greatest(current_amount, 0) as decimal(18, 4)) as retained_amount,
    cast(greatest(least(current_amount, base_amount), 0) as decimal(18, 4)) as retained_without_growth_amount
from {{ ref('revenue_two_years') }}
where
    base_amount > 0
    and customer_id is not null
