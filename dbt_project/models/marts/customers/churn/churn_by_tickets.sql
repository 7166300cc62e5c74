with

period_ends as (

    select period_end from {{ ref('closed_periods') }}
    where
        grain = 'month'
        and months_of_history >= 12

),

rule as (

    select * from {{ ref('churn_rules') }}
    where rule = 'tickets'

),

counts as (

    select
        period_ends.period_end,
        tickets.customer_id,
        count(*) as tickets
    from period_ends
    inner join {{ ref('service_tickets') }} as tickets
        on period_ends.period_end > tickets.opened_on
    where
        tickets.customer_id is not null
        and (
            -- a complaint of the last 90 days, solved or not
            (tickets.kind = 'complaint' and tickets.opened_on >= {{ day_after('period_ends.period_end', -90) }})
            -- any ticket that was open at the period's end
            or tickets.solved_on >= period_ends.period_end
            or (tickets.solved_on is null and tickets.is_open)
        )
    group by period_ends.period_end, tickets.customer_id

)

select
    counts.period_end,
    counts.customer_id,
    rule.rule,
    cast(counts.tickets as double) as measured
from counts
cross join rule
where counts.tickets >= rule.threshold
