-- What lies in a window of days enters with the month end after its day and leaves with the month end after the window has passed it, so that each
-- window is a running sum over months and no day is joined to the months that it counts in.
with

period_ends as (

    select
        period_start,
        period_end,
        months_of_history
    from {{ ref('closed_periods') }}
    where grain = 'month'

),

first_period_end as (

    select min(period_end) as period_end from period_ends

),

calendar as (

    select
        day,
        sum(case when is_business_day then 1 else 0 end) over (order by day rows unbounded preceding) as business_day
    from {{ ref('calendar_days') }}

),

movements as (

    select
        customer_id,
        day,
        amount,
        0 as sold,
        0 as costed,
        0 as margin,
        0 as service_cost,
        0 as order_days
    from {{ ref('customer_revenue_days') }}

    union all

    select
        customer_id,
        revenue_on as day,
        0 as amount,
        amount as sold,
        case when cost is not null then amount else 0 end as costed,
        coalesce(amount - cost, 0) as margin,
        0 as service_cost,
        0 as order_days
    from {{ ref('sales_lines') }}
    where
        customer_id is not null
        and revenue_on is not null

    union all

    select
        customer_id,
        returned_on as day,
        0 as amount,
        0 as sold,
        0 as costed,
        -- what came back is worth what it cost; where that is not known, nothing is
        case when cost is not null then cost - amount else 0 end as margin,
        0 as service_cost,
        0 as order_days
    from {{ ref('sales_returns') }}
    where customer_id is not null

    union all

    select
        customer_id,
        cost_on as day,
        0 as amount,
        0 as sold,
        0 as costed,
        0 as margin,
        amount as service_cost,
        0 as order_days
    from {{ ref('costs_of_service') }}
    where customer_id is not null

    union all

    select
        customer_id,
        ordered_on as day,
        0 as amount,
        0 as sold,
        0 as costed,
        0 as margin,
        0 as service_cost,
        1 as order_days
    from {{ ref('order_gaps') }}

),

-- how a movement counts from its day on, and from so many days later on
steps as (

    select 0 as days_later, 1 as in_365, 0 as in_365_before, 1 as in_180, 0 as in_180_before, 1 as in_all
    union all
    select 180 as days_later, 0 as in_365, 0 as in_365_before, -1 as in_180, 1 as in_180_before, 0 as in_all
    union all
    select 360 as days_later, 0 as in_365, 0 as in_365_before, 0 as in_180, -1 as in_180_before, 0 as in_all
    union all
    select 365 as days_later, -1 as in_365, 1 as in_365_before, 0 as in_180, 0 as in_180_before, 0 as in_all
    union all
    select 730 as days_later, 0 as in_365, -1 as in_365_before, 0 as in_180, 0 as in_180_before, 0 as in_all

),

changes as (

    select
        movements.customer_id,
        greatest({{ month_end_after(day_after('movements.day', 'steps.days_later')) }}, first_period_end.period_end) as period_end,
        sum(movements.order_days * steps.in_365) as order_days_365,
        sum(movements.amount * steps.in_365) as revenue_365,
        sum(movements.amount * steps.in_365_before) as revenue_365_before,
        sum(movements.amount * steps.in_180) as revenue_180,
        sum(movements.amount * steps.in_180_before) as revenue_180_before,
        sum(movements.sold * steps.in_365) as sold_365,
        sum(movements.costed * steps.in_365) as costed_365,
        sum(movements.margin * steps.in_365) as margin_365,
        sum(movements.sold * steps.in_all) as sold,
        sum(movements.costed * steps.in_all) as costed,
        sum(movements.margin * steps.in_all) as margin,
        sum(movements.service_cost * steps.in_all) as service_cost
    from movements
    cross join steps
    cross join first_period_end
    group by
        movements.customer_id,
        greatest({{ month_end_after(day_after('movements.day', 'steps.days_later')) }}, first_period_end.period_end)

),

-- what was known of a customer's rhythm after each of its order days
rhythms as (

    select
        customer_id,
        ordered_on,
        business_day,
        count(*) over (partition by customer_id order by ordered_on rows unbounded preceding) as order_days,
        {{ running_percentile('business_days', 0.8, 'partition by customer_id order by ordered_on rows unbounded preceding') }} as p80,
        {{ running_percentile('business_days', 0.95, 'partition by customer_id order by ordered_on rows unbounded preceding') }} as p95
    from {{ ref('order_gaps') }}

),

months_with_orders as (

    select
        rhythms.customer_id,
        greatest({{ month_end_after('rhythms.ordered_on') }}, first_period_end.period_end) as period_end,
        min(rhythms.ordered_on) as first_ordered_on,
        max(rhythms.ordered_on) as last_ordered_on,
        max(rhythms.business_day) as last_business_day,
        max(rhythms.order_days) as order_days,
        max_by(rhythms.p80, rhythms.ordered_on) as p80,
        max_by(rhythms.p95, rhythms.ordered_on) as p95
    from rhythms
    cross join first_period_end
    group by rhythms.customer_id, greatest({{ month_end_after('rhythms.ordered_on') }}, first_period_end.period_end)

),

-- an account is known from the day on which it was opened, or from its first movement
known as (

    select
        customer_id,
        min(day) as known_from
    from (
        select customer_id, day from movements
        union all
        select customer_id, coalesce(created_on, cast('1900-01-01' as date)) as day from {{ ref('customers') }}
        where
            _removed_at is null
            and not coalesce(is_intercompany, false)
    ) as seen
    group by customer_id

),

attributes as (

    select * from {{ ref('account_history') }}

),

exchange_rates as (

    select * from {{ ref('exchange_rates') }}

),

months as (

    select
        known.customer_id,
        period_ends.period_start,
        period_ends.period_end,
        period_ends.months_of_history,
        calendar.business_day,
        attributes.manual_tier,
        attributes.strategic_fit,
        attributes.is_key_account,
        attributes.industry || ' / ' || attributes.company_size as cell,
        {{ in_company_currency('attributes.estimated_annual_spend', "coalesce(attributes.currency, '" ~ var('currency') ~ "')", 'exchange_rates.rate') }} as estimated_annual_spend
    from known
    inner join period_ends on known.known_from < period_ends.period_end
    inner join calendar on calendar.day = {{ day_after('period_ends.period_end', -1) }}
    left join attributes
        on
            known.customer_id = attributes.customer_id
            and {{ valid_at_end('attributes', 'period_ends.period_end') }}
    left join exchange_rates
        on
            attributes.currency = exchange_rates.from_currency
            and exchange_rates.day = {{ day_after('period_ends.period_end', -1) }}

),

summed as (

    select
        months.*,
        months_with_orders.first_ordered_on as ordered_in_month_on,
        max(months_with_orders.last_ordered_on) over running as last_ordered_on,
        max(months_with_orders.last_business_day) over running as last_business_day,
        max(months_with_orders.order_days) over running as order_days,
        max_by(months_with_orders.p80, months_with_orders.period_end) over running as own_p80,
        max_by(months_with_orders.p95, months_with_orders.period_end) over running as own_p95,
        coalesce(sum(changes.order_days_365) over running, 0) as order_days_365,
        coalesce(sum(changes.revenue_365) over running, 0) as revenue_365,
        coalesce(sum(changes.revenue_365_before) over running, 0) as revenue_365_before,
        coalesce(sum(changes.revenue_180) over running, 0) as revenue_180,
        coalesce(sum(changes.revenue_180_before) over running, 0) as revenue_180_before,
        coalesce(sum(changes.sold_365) over running, 0) as sold_365,
        coalesce(sum(changes.costed_365) over running, 0) as costed_365,
        coalesce(sum(changes.margin_365) over running, 0) as margin_365,
        coalesce(sum(changes.sold) over running, 0) as sold,
        coalesce(sum(changes.costed) over running, 0) as costed,
        coalesce(sum(changes.margin) over running, 0) as margin,
        coalesce(sum(changes.service_cost) over running, 0) as service_cost
    from months
    left join months_with_orders
        on
            months.customer_id = months_with_orders.customer_id
            and months.period_end = months_with_orders.period_end
    left join changes
        on
            months.customer_id = changes.customer_id
            and months.period_end = changes.period_end
    window running as (partition by months.customer_id order by months.period_end rows unbounded preceding)

),

-- a cell of few gaps says little: then everybody's rhythm
rhythm as (

    select
        summed.*,
        summed.business_day - summed.last_business_day as business_days_silent,
        coalesce(cells.median_days, everybody.median_days) as median_days,
        case when summed.order_days >= {{ var('rhythm_least_order_days') }} then summed.own_p80 else coalesce(cells.p80, everybody.p80) end as p80,
        case when summed.order_days >= {{ var('rhythm_least_order_days') }} then summed.own_p95 else coalesce(cells.p95, everybody.p95) end as p95
    from summed
    left join {{ ref('order_rhythms') }} as cells
        on
            summed.period_end = cells.period_end
            and summed.cell = cells.cell
            and cells.gaps >= {{ var('rhythm_least_gaps') }}
    left join {{ ref('order_rhythms') }} as everybody
        on
            summed.period_end = everybody.period_end
            and everybody.cell = 'all'

),

classed as (

    select
        rhythm.*,
        cast(greatest({{ var('churn_window_least_days') }}, 3 * coalesce(median_days, 0)) as integer) as churn_window_days,
        case
            when last_ordered_on is null then null
            when business_days_silent > greatest(coalesce(p95, 0), {{ var('lost_least_business_days') }}) then 'lost'
            when business_days_silent > coalesce(p80, {{ var('lost_least_business_days') }}) then 'silent'
            else 'active'
        end as activity_class,
        min(ordered_in_month_on) over (
            partition by customer_id order by period_end rows between 1 following and unbounded following
        ) as next_ordered_on
    from rhythm

),

-- the order that ended a silence for which a month end had called the customer lost
returned as (

    select
        classed.*,
        case when lag(activity_class) over history = 'lost' then ordered_in_month_on end as returned_on,
        lag(activity_class, 6) over history = 'lost' as was_lost_6_months_before,
        lag(next_ordered_on < {{ day_after('period_end', 180) }}, 6) over history as returned_within_180_days
    from classed
    window history as (partition by customer_id order by period_end)

)

select
    customer_id,
    period_start,
    period_end,
    months_of_history,
    manual_tier,
    strategic_fit,
    is_key_account,
    cell,
    estimated_annual_spend,
    last_ordered_on,
    cast(coalesce(order_days, 0) as integer) as order_days,
    cast(order_days_365 as integer) as order_days_365,
    cast(revenue_365 as decimal(18, 4)) as revenue_365,
    cast(revenue_365_before as decimal(18, 4)) as revenue_365_before,
    cast(revenue_180 as decimal(18, 4)) as revenue_180,
    cast(revenue_180_before as decimal(18, 4)) as revenue_180_before,
    -- what is known of too small a part says nothing of the whole
    cast(case when costed_365 > 0 and 100 * costed_365 >= {{ var('cost_coverage_least') }} * sold_365 then margin_365 end as decimal(18, 4)) as margin_365,
    cast(sold as decimal(18, 4)) as sold,
    cast(costed as decimal(18, 4)) as costed,
    cast(margin as decimal(18, 4)) as margin,
    cast(service_cost as decimal(18, 4)) as service_cost,
    cast(business_days_silent as integer) as business_days_silent,
    cast(p80 as integer) as p80,
    cast(p95 as integer) as p95,
    activity_class,
    max(returned_on) over (partition by customer_id order by period_end rows unbounded preceding) as returned_on,
    coalesce(was_lost_6_months_before, false) as was_lost_6_months_before,
    coalesce(was_lost_6_months_before and returned_within_180_days, false) as has_returned_within_180_days,
    churn_window_days
from returned
