with

periods as (

    select
        grain,
        period_start,
        period_end
    from {{ ref('closed_periods') }}

),

costs as (

    select
        customer_id,
        cost_on,
        amount
    from {{ ref('costs_of_service') }}

),

cost_of_accounts as (

    select
        periods.grain,
        periods.period_end,
        costs.customer_id,
        sum(costs.amount) as service_cost
    from periods
    inner join costs
        on
            periods.period_start <= costs.cost_on
            and periods.period_end > costs.cost_on
    group by periods.grain, periods.period_end, costs.customer_id

),

known_periods as (

    select
        grain,
        period_end,
        sum(service_cost) as total_service_cost
    from cost_of_accounts
    group by grain, period_end

),

revenue_of_accounts as (

    select
        periods.grain,
        periods.period_end,
        revenue_days.customer_id,
        sum(revenue_days.amount) as revenue
    from periods
    inner join {{ ref('customer_revenue_days') }} as revenue_days
        on
            periods.period_start <= revenue_days.day
            and periods.period_end > revenue_days.day
    group by periods.grain, periods.period_end, revenue_days.customer_id

),

accounts as (

    select grain, period_end, customer_id from cost_of_accounts
    union
    select grain, period_end, customer_id from revenue_of_accounts

)

select
    accounts.grain,
    accounts.period_end,
    coalesce(accounts.customer_id, 'none') as cost_account,
    accounts.customer_id,
    cast(coalesce(cost_of_accounts.service_cost, 0) as decimal(18, 4)) as service_cost,
    cast(coalesce(revenue_of_accounts.revenue, 0) as decimal(18, 4)) as revenue,
    cast(known_periods.total_service_cost as decimal(18, 4)) as total_service_cost
from accounts
inner join known_periods
    on
        accounts.grain = known_periods.grain
        and accounts.period_end = known_periods.period_end
left join cost_of_accounts
    on
        accounts.grain = cost_of_accounts.grain
        and accounts.period_end = cost_of_accounts.period_end
        and coalesce(accounts.customer_id, 'none') = coalesce(cost_of_accounts.customer_id, 'none')
left join revenue_of_accounts
    on
        accounts.grain = revenue_of_accounts.grain
        and accounts.period_end = revenue_of_accounts.period_end
        and coalesce(accounts.customer_id, 'none') = coalesce(revenue_of_accounts.customer_id, 'none')
