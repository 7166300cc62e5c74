with

amounts as (

    select
        periods.grain,
        periods.period_start,
        periods.period_end,
        revenue_days.customer_id,
        sum(revenue_days.amount) as amount
    from {{ ref('closed_periods') }} as periods
    inner join {{ ref('customer_revenue_days') }} as revenue_days
        on
            revenue_days.day >= periods.period_start
            and revenue_days.day < periods.period_end
    group by periods.grain, periods.period_start, periods.period_end, revenue_days.customer_id

)

select
    grain,
    period_start,
    period_end,
    customer_id,
    cast(amount as decimal(18, 4)) as amount,
    cast(amount as double) / cast(sum(amount) over (partition by grain, period_end) as double) as share,
    -- equal amounts are told apart by the id: "ten customers" must be ten, and a share does not depend on which of equals is in
    cast(row_number() over (
        partition by grain, period_end
        order by amount desc, customer_id
    ) as integer) as rank
from amounts
where amount > 0
