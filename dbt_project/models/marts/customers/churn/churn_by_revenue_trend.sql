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

windows as (

    select
        period_ends.period_end,
        revenue_days.customer_id,
        sum(case when revenue_days.day >= {{ day_after('period_ends.period_end', -90) }} then revenue_days.amount else 0 end) as amount,
        sum(case
            when
                revenue_days.day < {{ day_after('period_ends.period_end', -90) }}
                and revenue_days.day >= {{ day_after('period_ends.period_end', -180) }}
                then revenue_days.amount
            else 0
        end) as amount_before,
        max(revenue_days.day) as last_day
    from period_ends
    inner join {{ ref('customer_revenue_days') }} as revenue_days
        on
            period_ends.period_end > revenue_days.day
            and revenue_days.day >= {{ day_after('period_ends.period_end', -12, 'month') }}
    group by period_ends.period_end, revenue_days.customer_id

),

trends as (

    select
        period_end,
        customer_id,
        case
            when amount_before > 0 then amount / amount_before
            -- who has come to a standstill since must not look better than who is slowing down
            when last_day < {{ day_after('period_end', -180) }} then 0
        end as share_of_before
    from windows

)

select
    trends.period_end,
    trends.customer_id,
    rule.rule,
    cast(trends.share_of_before as double) as measured
from trends
cross join rule
where trends.share_of_before < rule.threshold
