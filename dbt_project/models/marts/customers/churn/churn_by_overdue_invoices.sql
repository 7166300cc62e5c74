with

period_ends as (

    select period_end from {{ ref('closed_periods') }}
    where
        grain = 'month'
        and months_of_history >= 12

),

rule as (

    select * from {{ ref('churn_rules') }}
    where rule = 'overdue_invoices'

),

balances as (

    select * from {{ ref('invoice_balances') }}
    where
        customer_id is not null
        and open_amount > 0

),

delays as (

    select
        period_ends.period_end,
        balances.customer_id,
        max({{ dbt.datediff('balances.due_on', 'period_ends.period_end', 'day') }}) as days_overdue
    from period_ends
    inner join balances
        on
            period_ends.period_end > balances.open_from
            and (balances.open_to is null or period_ends.period_end <= balances.open_to)
            and period_ends.period_end > balances.due_on
    group by period_ends.period_end, balances.customer_id

)

select
    delays.period_end,
    delays.customer_id,
    rule.rule,
    cast(delays.days_overdue as double) as measured
from delays
cross join rule
where delays.days_overdue > rule.threshold
