{%- set months_of_trend = 13 %}
{# SQLFluff cannot follow the indentation of the loops. #}
-- noqa: disable=LT02
with

period_ends as (

    select
        grain,
        period_start,
        period_end,
        months_of_history
    from {{ ref('closed_periods') }}
    where
        grain = 'month'
        and months_of_history >= 12

),

customer_months as (

    select
        customer_id,
        cast({{ dbt.date_trunc('month', 'day') }} as date) as month_start,
        sum(amount) as amount
    from {{ ref('customer_revenue_days') }}
    group by customer_id, cast({{ dbt.date_trunc('month', 'day') }} as date)

),

-- the period's own month is 0 months back
months_seen as (

    select
        period_ends.period_end,
        customer_months.customer_id,
        {{ dbt.datediff('customer_months.month_start', 'period_ends.period_start', 'month') }} as months_back,
        customer_months.amount
    from period_ends
    inner join customer_months
        on
            period_ends.period_end > customer_months.month_start
            and customer_months.month_start >= {{ day_after('period_ends.period_end', -24, 'month') }}

),

revenue as (

    select
        period_end,
        customer_id,
        sum(case when months_back < 12 then amount else 0 end) as revenue_12m,
        sum(case when months_back >= 12 then amount else 0 end) as revenue_12m_before,
        {%- for back in range(months_of_trend) %}
        sum(case when months_back = {{ back }} then amount else 0 end) as revenue_{{ back }}{{ "," if not loop.last }}
        {%- endfor %}
    from months_seen
    group by period_end, customer_id

),

plans as (

    select
        period_ends.period_end,
        plan_days.scope_id as customer_id,
        sum(plan_days.amount) as amount
    from period_ends
    inner join {{ ref('plan_days') }} as plan_days
        on
            period_ends.period_start <= plan_days.day
            and period_ends.period_end > plan_days.day
    where
        plan_days.metric = 'net_revenue'
        and plan_days.scope_type = 'customer'
    group by period_ends.period_end, plan_days.scope_id

),

health as (

    select * from {{ ref('customer_health') }}
    where grain = 'month'

),

accounts as (

    select period_end, customer_id from revenue
    union
    select period_end, customer_id from plans
    union
    select period_end, customer_id from health

),

-- each order day is the last one known until the next
order_days as (

    select
        customer_id,
        ordered_on,
        lead(ordered_on) over (partition by customer_id order by ordered_on) as next_ordered_on
    from {{ ref('order_days') }}

),

last_orders as (

    select
        period_ends.period_end,
        order_days.customer_id,
        order_days.ordered_on
    from period_ends
    inner join order_days
        on
            period_ends.period_end > order_days.ordered_on
            and (order_days.next_ordered_on is null or period_ends.period_end <= order_days.next_ordered_on)

),

nps as (

    select
        period_end,
        customer_id,
        n,
        round(100.0 * s / n) as nps
    from {{ ref('nps_accounts') }}
    where
        grain = 'month'
        and customer_id is not null

),

attributes as (

    select
        period_ends.period_end,
        attributes.*
    from period_ends
    inner join {{ ref('customer_attributes') }} as attributes
        on {{ valid_at_end('attributes', 'period_ends.period_end') }}

),

months as (

    select
        period_ends.grain,
        period_ends.period_end,
        accounts.customer_id,
        attributes.customer_name,
        attributes.industry,
        attributes.account_manager,
        attributes.account_manager_name,
        coalesce(revenue.revenue_0, 0) as revenue,
        case when period_ends.months_of_history > 12 then coalesce(revenue.revenue_12, 0) end as revenue_previous_year,
        plans.amount as plan,
        coalesce(revenue.revenue_12m, 0) as revenue_12m,
        case when period_ends.months_of_history >= 24 then coalesce(revenue.revenue_12m_before, 0) end as revenue_12m_before,
        {%- set trend = [] %}
        {%- for back in range(months_of_trend) | reverse %}
        {%- do trend.append(
            'cast(case when period_ends.months_of_history > ' ~ back ~ ' then coalesce(revenue.revenue_' ~ back ~ ', 0) end as decimal(18, 4))'
        ) %}
        {%- endfor %}
        {{ dbt.array_construct(trend, 'decimal(18, 4)') }} as trend,
        health.churn_risk,
        health.churn_reasons,
        health.churn_measures,
        health.is_at_risk,
        nps.nps,
        nps.n as nps_answers,
        last_orders.ordered_on as last_ordered_on
    from accounts
    inner join period_ends
        on accounts.period_end = period_ends.period_end
    left join revenue
        on
            accounts.period_end = revenue.period_end
            and accounts.customer_id = revenue.customer_id
    left join plans
        on
            accounts.period_end = plans.period_end
            and accounts.customer_id = plans.customer_id
    left join health
        on
            accounts.period_end = health.period_end
            and accounts.customer_id = health.customer_id
    left join nps
        on
            accounts.period_end = nps.period_end
            and accounts.customer_id = nps.customer_id
    left join last_orders
        on
            accounts.period_end = last_orders.period_end
            and accounts.customer_id = last_orders.customer_id
    left join attributes
        on
            accounts.period_end = attributes.period_end
            and accounts.customer_id = attributes.customer_id

)

select
    grain,
    period_end,
    customer_id,
    customer_name,
    -- what people can read where there is no name
    coalesce(customer_name, case when length(customer_id) > 20 then concat(left(customer_id, 17), '…') else customer_id end) as account_name,
    industry,
    account_manager,
    account_manager_name,
    cast(revenue as decimal(18, 4)) as revenue,
    cast(revenue_previous_year as decimal(18, 4)) as revenue_previous_year,
    case
        when revenue_previous_year > 0
            then cast(round(100.0 * (revenue - revenue_previous_year) / revenue_previous_year, 4) as decimal(18, 4))
    end as change_on_previous_year,
    cast(plan as decimal(18, 4)) as plan,
    cast(revenue - plan as decimal(18, 4)) as gap_to_plan,
    cast(revenue_12m as decimal(18, 4)) as revenue_12m,
    cast(revenue_12m_before as decimal(18, 4)) as revenue_12m_before,
    cast(revenue_12m - revenue_12m_before as decimal(18, 4)) as change_12m,
    trend,
    churn_risk,
    churn_reasons,
    churn_measures,
    is_at_risk,
    cast({{ var('churn_risk_threshold') }} as integer) as churn_risk_threshold,
    cast(nps as integer) as nps,
    nps_answers,
    case
        when is_at_risk then 'act'
        when churn_risk >= {{ var('churn_watch_threshold') }} then 'watch'
        when churn_risk is not null then 'on_track'
    end as status,
    last_ordered_on,
    cast(row_number() over (
        partition by grain, period_end
        order by revenue_12m desc, customer_id
    ) as integer) as revenue_rank
from months
