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
        terms.customer_id
    from period_ends
    inner join {{ ref('contract_terms') }} as terms
        on
            period_ends.period_end > terms.starts_on
            and (terms.ends_on is null or terms.ends_on >= period_ends.period_end)
    where terms.customer_id is not null

),

-- whether a contract is renewed tells of them, and not whether they order
contractual as (

    select distinct
        period_ends.period_end,
        terms.customer_id
    from period_ends
    inner join {{ ref('contract_terms') }} as terms
        on
            period_ends.period_end > terms.starts_on
            and (terms.ends_on is null or terms.ends_on >= {{ day_after('period_ends.period_end', -1) }})

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
        contractual.customer_id is not null as has_contract,
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
    left join contractual
        on
            customers_to_lose.period_end = contractual.period_end
            and customers_to_lose.customer_id = contractual.customer_id
    left join {{ ref('customer_accounts') }} as accounts
        on customers_to_lose.customer_id = accounts.customer_id
    left join {{ ref('account_managers') }} as managers
        on
            customers_to_lose.customer_id = managers.customer_id
            and {{ valid_at_end('managers', 'customers_to_lose.period_end') }}

),

orders as (

    select
        customer_id,
        ordered_on,
        lead(ordered_on) over (partition by customer_id order by ordered_on) as next_ordered_on
    from {{ ref('order_days') }}

),

-- A customer stays away when it orders nothing in its churn window after the month's end; who never ordered cannot fall silent.
rated as (

    select
        health.*,
        months.last_ordered_on is not null as has_ordered,
        {{ day_after('health.period_end', 'months.churn_window_days') }} as known_on,
        coalesce(orders.next_ordered_on >= {{ day_after('health.period_end', 'months.churn_window_days') }}, true) as has_no_order
    from health
    left join {{ ref('customer_months') }} as months
        on
            health.period_end = months.period_end
            and health.customer_id = months.customer_id
    left join orders
        on
            months.customer_id = orders.customer_id
            and months.last_ordered_on = orders.ordered_on

),

treated as (

    select
        rated.period_end,
        rated.customer_id,
        max(case when actions.started_on < rated.period_end then 1 else 0 end) as is_treated,
        max(case when actions.started_on >= rated.period_end then 1 else 0 end) as is_treated_later
    from rated
    inner join {{ ref('retention_outcomes') }} as actions
        on
            rated.customer_id = actions.customer_id
            and not actions.is_holdout
            and actions.started_on >= {{ day_after('rated.period_end', -90) }}
            and actions.started_on < rated.known_on
    group by rated.period_end, rated.customer_id

),

bands as (

    select
        churn_band,
        from_risk,
        coalesce(lead(from_risk) over (order by from_risk), 101) as to_risk
    from {{ ref('churn_bands') }}

),

banded as (

    select
        rated.*,
        bands.churn_band,
        coalesce(treated.is_treated, 0) = 1 as is_treated,
        -- treatment that came later changed an outcome that an untreated customer would have had
        coalesce(treated.is_treated, 0) = 0 and coalesce(treated.is_treated_later, 0) = 1 as is_disturbed,
        case
            when rated.has_ordered and not rated.has_contract and rated.known_on <= this_build.as_of_on then rated.has_no_order
        end as stayed_away,
        {{ month_end_after(day_after('rated.known_on', -1)) }} as known_by
    from rated
    cross join {{ source('rapport', 'this_build') }} as this_build
    inner join bands
        on
            rated.churn_risk >= bands.from_risk
            and rated.churn_risk < bands.to_risk
    left join treated
        on
            rated.period_end = treated.period_end
            and rated.customer_id = treated.customer_id

),

known_outcomes as (

    select
        known_by,
        churn_band,
        is_treated,
        count(*) as ratings,
        sum(case when stayed_away then 1 else 0 end) as stayed_away
    from banded
    where
        stayed_away is not null
        and not is_disturbed
    group by known_by, churn_band, is_treated

),

-- what had become known in the 12 months to the month's end
observed as (

    select
        period_ends.period_end,
        known_outcomes.churn_band,
        sum(case when known_outcomes.is_treated then 0 else known_outcomes.ratings end) as ratings,
        sum(case when known_outcomes.is_treated then 0 else known_outcomes.stayed_away end) as stayed_away,
        sum(case when known_outcomes.is_treated then known_outcomes.ratings else 0 end) as treated_ratings,
        sum(case when known_outcomes.is_treated then known_outcomes.stayed_away else 0 end) as treated_stayed_away
    from period_ends
    inner join known_outcomes
        on
            period_ends.period_end >= known_outcomes.known_by
            and known_outcomes.known_by > {{ day_after('period_ends.period_end', -12, 'month') }}
    group by period_ends.period_end, known_outcomes.churn_band

),

probable as (

    select
        banded.*,
        case
            when banded.is_treated and observed.treated_ratings >= {{ var('churn_band_least') }} then observed.treated_ratings
            else coalesce(observed.ratings, 0)
        end as probability_n,
        case
            when banded.is_treated and observed.treated_ratings >= {{ var('churn_band_least') }}
                then cast(observed.treated_stayed_away as double) / observed.treated_ratings
            when observed.ratings >= {{ var('churn_band_least') }} then cast(observed.stayed_away as double) / observed.ratings
        end as churn_probability
    from banded
    left join observed
        on
            not banded.has_contract
            and banded.period_end = observed.period_end
            and banded.churn_band = observed.churn_band

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
    cast(revenue_12m as decimal(18, 4)) as revenue_12m,
    churn_band,
    has_contract,
    is_treated,
    is_disturbed,
    known_on,
    known_by,
    stayed_away,
    cast(churn_probability as double) as churn_probability,
    cast(probability_n as bigint) as churn_probability_n,
    cast(round(churn_probability * greatest(revenue_12m, 0), 4) as decimal(18, 4)) as expected_loss
from probable
