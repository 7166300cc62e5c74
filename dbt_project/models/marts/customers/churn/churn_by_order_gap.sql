with

period_ends as (

    select period_end from {{ ref('closed_periods') }}
    where
        grain = 'month'
        and months_of_history >= 12

),

rule as (

    select * from {{ ref('churn_rules') }}
    where rule = 'order_gap'

),

-- what was known about a customer's rhythm after each of its order days
rhythms as (

    select
        customer_id,
        ordered_on,
        lead(ordered_on) over (partition by customer_id order by ordered_on) as next_ordered_on,
        min(ordered_on) over (partition by customer_id) as first_ordered_on,
        row_number() over (partition by customer_id order by ordered_on) as order_days
    from {{ ref('order_days') }}

),

silences as (

    select
        period_ends.period_end,
        rhythms.customer_id,
        {{ dbt.datediff('rhythms.ordered_on', 'period_ends.period_end', 'day') }} as days_silent,
        {{ dbt.datediff('rhythms.first_ordered_on', 'rhythms.ordered_on', 'day') }} / (rhythms.order_days - 1.0) as usual_gap
    from period_ends
    inner join rhythms
        on
            period_ends.period_end > rhythms.ordered_on
            and (rhythms.next_ordered_on is null or period_ends.period_end <= rhythms.next_ordered_on)
    where rhythms.order_days >= {{ var('churn_least_order_days') }}

)

select
    silences.period_end,
    silences.customer_id,
    rule.rule,
    cast(silences.days_silent / silences.usual_gap as double) as measured
from silences
cross join rule
where
    silences.days_silent > rule.threshold * silences.usual_gap
    and silences.days_silent >= {{ var('churn_least_silent_days') }}
