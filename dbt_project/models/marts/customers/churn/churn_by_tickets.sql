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

-- each ticket once, whatever is wrong with it
concerns as (

    select
        period_ends.period_end,
        tickets.customer_id,
        tickets.ticket_id
    from period_ends
    inner join {{ ref('service_tickets') }} as tickets
        on period_ends.period_end > tickets.opened_on
    where
        -- a complaint of the last 90 days, solved or not
        (tickets.kind = 'complaint' and tickets.opened_on >= {{ day_after('period_ends.period_end', -90) }})
        -- any ticket that was open at the period's end
        or tickets.solved_on >= period_ends.period_end
        or (tickets.solved_on is null and tickets.is_open)

    union

    -- a promise of the last 90 days that was not kept
    select
        period_ends.period_end,
        promises.customer_id,
        promises.ticket_id
    from period_ends
    inner join {{ ref('service_promises') }} as promises
        on
            period_ends.period_end > promises.due_on
            and promises.due_on >= {{ day_after('period_ends.period_end', -90) }}
    where not promises.is_within

),

counts as (

    select
        period_end,
        customer_id,
        count(*) as tickets
    from concerns
    where customer_id is not null
    group by period_end, customer_id

)

select
    counts.period_end,
    counts.customer_id,
    rule.rule,
    cast(counts.tickets as double) as measured
from counts
cross join rule
where counts.tickets >= rule.threshold
