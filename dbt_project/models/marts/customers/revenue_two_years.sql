with

-- 12 months and the 12 before must both lie within the history
period_ends as (

    select
        grain,
        period_end
    from {{ ref('closed_periods') }}
    where
        grain = 'month'
        and months_of_history >= 24

),

customer_months as (

    select
        customer_id,
        cast({{ dbt.date_trunc('month', 'day') }} as date) as month_start,
        sum(amount) as amount
    from {{ ref('revenue_movements') }}
    group by customer_id, cast({{ dbt.date_trunc('month', 'day') }} as date)

)

select
    period_ends.grain,
    period_ends.period_end,
    customer_months.customer_id,
    sum(case when customer_months.month_start < {{ day_after('period_ends.period_end', -12, 'month') }} then customer_months.amount else 0 end) as base_amount,
    sum(case when customer_months.month_start >= {{ day_after('period_ends.period_end', -12, 'month') }} then customer_months.amount else 0 end) as current_amount
from period_ends
inner join customer_months
    on
        customer_months.month_start < period_ends.period_end
        and customer_months.month_start >= {{ day_after('period_ends.period_end', -24, 'month') }}
group by period_ends.grain, period_ends.period_end, customer_months.customer_id
