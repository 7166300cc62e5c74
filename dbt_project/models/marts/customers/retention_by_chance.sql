with

period_ends as (

    select
        grain,
        period_end
    from {{ ref('closed_periods') }}
    where
        grain = 'month'
        and months_of_history >= 24

),

-- each day with revenue above 0 could as well have fallen into the other year
days as (

    select
        period_ends.grain,
        period_ends.period_end,
        revenue_days.customer_id,
        count(*) as order_days,
        sum(1.0 * revenue_days.amount) as amount,
        sum(1.0 * revenue_days.amount * revenue_days.amount) as squares,
        sum(cast(revenue_days.amount as double) * revenue_days.amount * revenue_days.amount * revenue_days.amount) as fourths,
        max(revenue_days.amount) as largest
    from period_ends
    inner join {{ ref('customer_revenue_days') }} as revenue_days
        on
            period_ends.period_end > revenue_days.day
            and revenue_days.day >= {{ day_after('period_ends.period_end', -24, 'month') }}
    where revenue_days.amount > 0
    group by period_ends.grain, period_ends.period_end, revenue_days.customer_id

),

-- how far apart the two years lie in the mean, when every day falls into one of them by the toss of a coin
apart as (

    select
        *,
        case
            when order_days <= 2 then largest
            else sqrt(2 / 3.141592653589793 * squares) * (1 + fourths / (12 * cast(squares as double) * squares))
        end as difference
    from days

)

select
    grain,
    period_end,
    customer_id,
    cast(order_days as integer) as order_days,
    cast(amount as decimal(18, 4)) as amount,
    cast(amount * (1 - power(0.5, order_days - 1)) as decimal(18, 4)) as retained_amount,
    cast(greatest(0, amount - difference) as decimal(18, 4)) as retained_without_growth_amount
from apart
