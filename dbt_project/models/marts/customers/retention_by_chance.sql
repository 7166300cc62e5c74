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
days as (

    select
        period_ends.grain,
        period_ends.period_end,
        revenue_days.customer_id,
        revenue_days.amount
    from period_ends
    inner join {{ ref('customer_revenue_days') }} as revenue_days
        on
            period_ends.period_end > revenue_days.day
            and revenue_days.day >= {{ day_after('period_ends.period_end', -24, 'month') }}
    where revenue_days.amount > 0

),

customers as (

    select
        grain,
        period_end,
        customer_id,
        count(*) as order_days,
        sum(amount) as amount,
        max(amount) as largest
    from days
    group by grain, period_end, customer_id

),

-- As shares of the largest day, so that they fit a decimal whatever the currency; decimals, since sums of doubles depend on the order of adding.
powers as (

    select
        days.grain,
        days.period_end,
        days.customer_id,
        sum(cast(power(cast(days.amount as double) / cast(customers.largest as double), 2) as decimal(38, 18))) as squares,
        sum(cast(power(cast(days.amount as double) / cast(customers.largest as double), 4) as decimal(38, 18))) as fourths
    from days
    inner join customers
        on
            days.grain = customers.grain
            and days.period_end = customers.period_end
            and days.customer_id = customers.customer_id
    where customers.order_days > 2
    group by days.grain, days.period_end, days.customer_id

),

-- how far apart the two years lie in the mean, when every day falls into one of them by the toss of a coin
apart as (

    select
        customers.*,
        coalesce(
            cast(customers.largest as double)
            * sqrt(2 / 3.141592653589793 * cast(powers.squares as double))
            * (1 + cast(powers.fourths as double) / (12 * cast(powers.squares as double) * cast(powers.squares as double))),
            customers.largest
        ) as difference
    from customers
    left join powers
        on
            customers.grain = powers.grain
            and customers.period_end = powers.period_end
            and customers.customer_id = powers.customer_id

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
