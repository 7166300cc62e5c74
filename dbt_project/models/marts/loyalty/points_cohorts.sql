-- Redemptions, expiries and deductions take the oldest points first. In running sums per member, what came in and what went out both lie end to end on
-- one line: where they overlap, these points were used by that entry. A redemption or expiry that is cancelled goes back on the line: what was used
-- last comes back. What is used beyond all that came in belongs to the month of its booking until something comes in, so that cohorts always
-- add up to the ledger.
with

month_ends as (

    select period_end
    from {{ ref('closed_periods') }}
    where grain = 'month'

),

received as (

    select
        member_id,
        entry_on,
        expires_on,
        {{ dbt.date_trunc('month', 'entry_on') }} as issued_in,
        points,
        sum(points) over (partition by member_id order by entry_on, entry_id rows unbounded preceding) as upto
    from {{ ref('points_entries') }}
    where
        points > 0
        and kind not in ('redeem', 'expire')

),

entries_of_use as (

    select
        member_id,
        entry_on,
        case when kind in ('redeem', 'expire') then kind else 'deduct' end as kind,
        {{ dbt.date_trunc('month', 'entry_on') }} as used_in,
        -points as points,
        sum(-points) over (partition by member_id order by entry_on, entry_id rows unbounded preceding) as upto
    from {{ ref('points_entries') }}
    where
        points < 0
        or kind in ('redeem', 'expire')

),

used as (

    select
        *,
        least(upto - points, upto) as line_from,
        greatest(upto - points, upto) as line_to
    from entries_of_use

),

stretches_in_common as (

    select
        received.issued_in,
        used.used_in,
        greatest(received.entry_on, used.entry_on) as day,
        used.kind,
        used.points < 0 as is_cancelled,
        least(received.upto, used.line_to) - greatest(received.upto - received.points, used.line_from) as points
    from received
    inner join used
        on
            received.member_id = used.member_id
            and received.upto > used.line_from
            and used.line_to > received.upto - received.points

),

uses as (

    select
        issued_in,
        used_in,
        day,
        kind,
        case when is_cancelled then -points else points end as points
    from stretches_in_common

),

movements as (

    select
        issued_in,
        entry_on as day,
        'issue' as kind,
        points,
        expires_on
    from received

    union all

    select
        issued_in,
        day,
        kind,
        points,
        cast(null as date) as expires_on
    from uses

    union all

    select
        used_in as issued_in,
        entry_on as day,
        kind,
        points,
        cast(null as date) as expires_on
    from used

    union all

    select
        used_in as issued_in,
        day,
        kind,
        -points as points,
        cast(null as date) as expires_on
    from uses

),

movement_months as (

    select
        cast(movements.issued_in as date) as issued_in,
        greatest(
            {{ day_after(dbt.date_trunc('month', 'movements.day'), 1, 'month') }},
            first_month.period_end
        ) as month_end,
        sum(case when movements.kind = 'issue' then movements.points else 0 end) as issued,
        sum(case when movements.kind = 'redeem' then movements.points else 0 end) as redeemed,
        sum(case when movements.kind = 'expire' then movements.points else 0 end) as expired,
        sum(case when movements.kind = 'deduct' then movements.points else 0 end) as deducted,
        max(movements.expires_on) as expires_on
    from movements
    cross join (select min(period_end) as period_end from month_ends) as first_month
    group by 1, 2

),

cohorts as (

    select
        issued_in,
        coalesce(max(expires_on), {{ day_after('issued_in', var('points_valid_months'), 'month') }}) as expires_on
    from movement_months
    where
        issued != 0
        or redeemed != 0
        or expired != 0
        or deducted != 0
    group by issued_in

),

-- how each cohort stood at each month's end since its issue
development as (

    select
        month_ends.period_end,
        cohorts.issued_in,
        {{ dbt.datediff('cohorts.issued_in', 'month_ends.period_end', 'month') }} as age,
        cohorts.expires_on < month_ends.period_end as is_matured,
        coalesce(sum(movement_months.issued) over (
            partition by cohorts.issued_in order by month_ends.period_end rows unbounded preceding
        ), 0) as issued,
        coalesce(sum(movement_months.redeemed) over (
            partition by cohorts.issued_in order by month_ends.period_end rows unbounded preceding
        ), 0) as redeemed,
        coalesce(sum(movement_months.expired) over (
            partition by cohorts.issued_in order by month_ends.period_end rows unbounded preceding
        ), 0) as expired,
        coalesce(sum(movement_months.deducted) over (
            partition by cohorts.issued_in order by month_ends.period_end rows unbounded preceding
        ), 0) as deducted
    from cohorts
    inner join month_ends on cohorts.issued_in < month_ends.period_end
    left join movement_months
        on
            cohorts.issued_in = movement_months.issued_in
            and month_ends.period_end = movement_months.month_end

),

-- of the points that cohorts which have run their course had outstanding at an age, the part that was redeemed later
later_redeemed as (

    select
        matured.period_end,
        earlier.age,
        sum(matured.redeemed - earlier.redeemed) as redeemed_later,
        sum(earlier.issued - earlier.redeemed - earlier.expired - earlier.deducted) as outstanding
    from development as matured
    inner join development as earlier
        on
            matured.issued_in = earlier.issued_in
            and earlier.period_end <= matured.period_end
    where matured.is_matured
    group by matured.period_end, earlier.age

),

matured as (

    select
        period_end,
        sum(redeemed) as redeemed,
        sum(issued) as issued
    from development
    where is_matured
    group by period_end

),

-- what a point has cost of late, when it was redeemed
costs as (

    select
        month_ends.period_end,
        sum(claims.cost_amount) / nullif(sum(claims.points_cost), 0) as cost_per_point
    from month_ends
    inner join {{ ref('claimed_rewards') }} as claims
        on
            month_ends.period_end > claims.claimed_on
            and claims.claimed_on >= {{ day_after('month_ends.period_end', -12, 'month') }}
            and claims.cost_amount is not null
            and claims.points_cost is not null
    group by month_ends.period_end

),

estimated as (

    select
        development.*,
        development.issued - development.redeemed - development.expired - development.deducted as outstanding,
        cast(coalesce(
            later_redeemed.redeemed_later / nullif(later_redeemed.outstanding, 0),
            matured.redeemed / nullif(matured.issued, 0)
        ) as double) as ultimate_redemption_rate,
        cast(costs.cost_per_point as double) as cost_per_point
    from development
    left join later_redeemed
        on
            development.period_end = later_redeemed.period_end
            and development.age = later_redeemed.age
    left join matured on development.period_end = matured.period_end
    left join costs on development.period_end = costs.period_end

)

select
    periods.grain,
    estimated.period_end,
    substring(cast(estimated.issued_in as varchar), 1, 7) as issue_cohort,
    cast(estimated.age as integer) as age_in_months,
    estimated.is_matured,
    cast(estimated.issued as decimal(18, 4)) as issued_points,
    cast(estimated.redeemed as decimal(18, 4)) as redeemed_points,
    cast(estimated.expired as decimal(18, 4)) as expired_points,
    cast(estimated.deducted as decimal(18, 4)) as deducted_points,
    cast(estimated.outstanding as decimal(18, 4)) as outstanding_points,
    estimated.ultimate_redemption_rate,
    estimated.cost_per_point,
    cast(
        estimated.outstanding * estimated.ultimate_redemption_rate * estimated.cost_per_point as decimal(18, 4)
    ) as liability_amount,
    case
        when estimated.ultimate_redemption_rate is null then 'no_matured_points'
        when estimated.cost_per_point is null then 'no_cost_per_point'
    end as liability_reason
from estimated
inner join {{ ref('closed_periods') }} as periods on estimated.period_end = periods.period_end
