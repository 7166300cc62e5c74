with

recent as (

    select
        grain,
        period_end,
        months_of_history,
        row_number() over (order by period_end desc) as recency
    from {{ ref('closed_periods') }}
    where grain = 'month'

),

period_ends as (

    select
        grain,
        period_end
    from recent
    where
        months_of_history >= 24
        and recency <= {{ var('chance_months') }}

),

-- each of these days could as well have fallen into the other year
revenue_days as (

    select
        customer_id,
        day,
        cast(amount as double) as amount
    from {{ ref('customer_revenue_days') }}
    where amount > 0

),

days as (

    select
        period_ends.grain,
        period_ends.period_end,
        revenue_days.customer_id,
        count(*) as order_days,
        sum(revenue_days.amount) as amount,
        sum(power(revenue_days.amount, 2)) as squares,
        sum(power(revenue_days.amount, 4)) as fourths,
        max(revenue_days.amount) as largest
    from period_ends
    inner join revenue_days
        on
            period_ends.period_end > revenue_days.day
            and revenue_days.day >= {{ day_after('period_ends.period_end', -24, 'month') }}
    group by period_ends.grain, period_ends.period_end, revenue_days.customer_id

),

-- how far apart the two years lie in the mean, when every day falls into one of them by the toss of a coin
apart as (

    select
        *,
        case
            when order_days <= 2 then largest
            else sqrt(2 / 3.141592653589793 * squares) * (1 + fourths / (12 * squares * squares))
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
