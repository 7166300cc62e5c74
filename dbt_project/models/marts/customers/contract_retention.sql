-- A term runs at a month's end when it runs on the month's last day: so one that is renewed on the day after its last is never missing.
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

-- each month end with the one 12 months before it
moments as (

    select
        grain,
        period_end,
        period_end as moment,
        1 as is_current
    from period_ends

    union all

    select
        grain,
        period_end,
        {{ day_after('period_end', -12, 'month') }} as moment,
        0 as is_current
    from period_ends

),

two_years as (

    select
        moments.grain,
        moments.period_end,
        terms.customer_id,
        sum(case when moments.is_current = 0 then terms.annual_amount else 0 end) as base_amount,
        sum(case when moments.is_current = 1 then terms.annual_amount else 0 end) as current_amount,
        -- what a term of unknown value is worth is not nothing
        count(*) = count(terms.annual_amount) as is_known
    from moments
    inner join {{ ref('contract_terms') }} as terms
        on
            moments.moment > terms.starts_on
            and (terms.ends_on is null or terms.ends_on >= {{ day_after('moments.moment', -1) }})
    where terms.customer_id is not null
    group by moments.grain, moments.period_end, terms.customer_id

)

select
    grain,
    period_end,
    customer_id,
    cast(base_amount as decimal(18, 4)) as base_amount,
    cast(current_amount as decimal(18, 4)) as current_amount,
    cast(greatest(current_amount, 0) as decimal(18, 4)) as retained_amount,
    cast(greatest(least(current_amount, base_amount), 0) as decimal(18, 4)) as retained_without_growth_amount
from two_years
where
    is_known
    and base_amount > 0
