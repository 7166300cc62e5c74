with

period_ends as (

    select period_end from {{ ref('closed_periods') }}
    where
        grain = 'month'
        and months_of_history >= 12

),

rule as (

    select * from {{ ref('churn_rules') }}
    where rule = 'revenue_trend'

),

half_years as (

    select
        period_ends.period_end,
        revenue_days.customer_id,
        sum(case when revenue_days.day >= {{ day_after('period_ends.period_end', -90) }} then revenue_days.amount else 0 end) as amount,
        sum(case when revenue_days.day < {{ day_after('period_ends.period_end', -90) }} then revenue_days.amount else 0 end) as amount_before
    from period_ends
    inner join {{ ref('customer_revenue_days') }} as revenue_days
        on
            period_ends.period_end > revenue_days.day
            and revenue_days.day >= {{ day_after('period_ends.period_end', -180) }}
    group by period_ends.period_end, revenue_days.customer_id

)

select
    half_years.period_end,
    half_years.customer_id,
    rule.rule,
    cast(half_years.amount / half_years.amount_before as double) as measured
from half_years
cross join rule
where
    half_years.amount_before > 0
    and half_years.amount < rule.threshold * half_years.amount_before
