-- Every closed quarter and year ends with a closed month, so that stocks are told by month and then given to each grain.
with

month_ends as (

    select period_end from {{ ref('closed_periods') }}
    where
        grain = 'month'
        and months_of_history >= 3

),

balances as (

    select * from {{ ref('invoice_balances') }}

),

receivables as (

    select
        month_ends.period_end,
        balances.customer_id,
        sum(balances.open_amount) as receivable,
        sum(case when balances.due_on < month_ends.period_end then balances.open_amount else 0 end) as overdue
    from month_ends
    inner join balances
        on
            month_ends.period_end > balances.open_from
            and (balances.open_to is null or month_ends.period_end <= balances.open_to)
    where balances.open_amount > 0
    group by month_ends.period_end, balances.customer_id

),

-- before the first invoice, what is owed is unknown
record as (

    select min(issued_on) as began_on
    from balances
    having count(*) > 0

),

revenue as (

    select
        month_ends.period_end,
        movements.customer_id,
        sum(movements.amount) as amount
    from month_ends
    inner join record on month_ends.period_end > record.began_on
    inner join {{ ref('revenue_movements') }} as movements
        on
            month_ends.period_end > movements.day
            and movements.day >= {{ day_after('month_ends.period_end', -90) }}
    group by month_ends.period_end, movements.customer_id

),

states as (

    select
        period_end,
        customer_id,
        receivable,
        overdue,
        0 as revenue
    from receivables

    union all

    select
        period_end,
        customer_id,
        0 as receivable,
        0 as overdue,
        amount as revenue
    from revenue

)

select
    periods.grain,
    states.period_end,
    states.customer_id,
    cast(sum(states.receivable) as decimal(18, 4)) as receivable_amount,
    cast(sum(states.overdue) as decimal(18, 4)) as overdue_amount,
    cast(sum(states.revenue) as decimal(18, 4)) as revenue_90_days
from states
inner join {{ ref('closed_periods') }} as periods on states.period_end = periods.period_end
group by periods.grain, states.period_end, states.customer_id
