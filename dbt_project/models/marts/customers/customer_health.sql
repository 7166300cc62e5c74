with

period_ends as (

    select
        grain,
        period_end
    from {{ ref('closed_periods') }}
    where
        grain = 'month'
        and months_of_history >= 12

),

-- who can still be lost: bought in the last 12 months, or has a contract that runs
customers_to_lose as (

    select
        period_ends.grain,
        period_ends.period_end,
        order_days.customer_id
    from period_ends
    inner join {{ ref('order_days') }} as order_days
        on
            period_ends.period_end > order_days.ordered_on
            and order_days.ordered_on >= {{ day_after('period_ends.period_end', -12, 'month') }}

    union

    select
        period_ends.grain,
        period_ends.period_end,
        links.customer_id
    from period_ends
    inner join {{ ref('contracts') }} as contracts
        on
            period_ends.period_end > contracts.starts_on
            and (contracts.ends_on is null or contracts.ends_on >= period_ends.period_end)
    inner join {{ ref('account_links') }} as links
        on
            contracts.customer_id = links.system_customer_id
            and {{ valid_on('links', 'contracts.starts_on') }}
    where contracts._removed_at is null

),

revenue as (

    select
        period_ends.period_end,
        revenue_days.customer_id,
        sum(revenue_days.amount) as revenue_12m
    from period_ends
    inner join {{ ref('customer_revenue_days') }} as revenue_days
        on
            period_ends.period_end > revenue_days.day
            and revenue_days.day >= {{ day_after('period_ends.period_end', -12, 'month') }}
    group by period_ends.period_end, revenue_days.customer_id

),

rules as (

    select * from {{ ref('churn_rules_used') }}
    where is_used

),

-- the points of rules without data are shared out among the others, so that 100 is always the worst
possible as (

    select sum(points) as points from rules

),

scores as (

    select
        signals.period_end,
        signals.customer_id,
        sum(rules.points) as points,
        {{ list_in_order('rules.rule', ['-rules.points', 'rules.rule']) }} as churn_reasons,
        {{ list_in_order('signals.measured', ['-rules.points', 'rules.rule']) }} as churn_measures
    from {{ ref('churn_signals') }} as signals
    inner join rules
        on signals.rule = rules.rule
    group by signals.period_end, signals.customer_id

),

health as (

    select
        customers_to_lose.grain,
        customers_to_lose.period_end,
        customers_to_lose.customer_id,
        accounts.customer_name,
        managers.employee_id as account_manager,
        coalesce(round(100.0 * scores.points / possible.points), 0) as churn_risk,
        scores.churn_reasons,
        scores.churn_measures,
        coalesce(revenue.revenue_12m, 0) as revenue_12m
    from customers_to_lose
    cross join possible
    left join scores
        on
            customers_to_lose.period_end = scores.period_end
            and customers_to_lose.customer_id = scores.customer_id
    left join revenue
        on
            customers_to_lose.period_end = revenue.period_end
            and customers_to_lose.customer_id = revenue.customer_id
    left join {{ ref('customer_accounts') }} as accounts
        on customers_to_lose.customer_id = accounts.customer_id
    left join {{ ref('account_managers') }} as managers
        on
            customers_to_lose.customer_id = managers.customer_id
            and {{ valid_at_end('managers', 'customers_to_lose.period_end') }}

)

select
    grain,
    period_end,
    customer_id,
    customer_name,
    account_manager,
    cast(churn_risk as integer) as churn_risk,
    coalesce(churn_reasons, {{ dbt.array_construct([], 'varchar') }}) as churn_reasons,
    coalesce(churn_measures, {{ dbt.array_construct([], 'double') }}) as churn_measures,
    churn_risk >= {{ var('churn_risk_threshold') }} as is_at_risk,
    cast(revenue_12m as decimal(18, 4)) as revenue_12m
from health
