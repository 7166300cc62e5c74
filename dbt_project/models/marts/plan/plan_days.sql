with

targets as (

    select
        metric,
        scope_type,
        scope_id,
        period_start,
        period_end,
        value
    from {{ ref('targets') }}
    where
        _removed_at is null
        and (currency is null or currency = '{{ var('currency') }}')

),

days as (

    select
        day,
        case when is_business_day then 1 else 0 end as business_days
    from {{ ref('calendar_days') }}

),

target_days as (

    select
        targets.*,
        days.day,
        days.business_days,
        sum(days.business_days) over (
            partition by targets.metric, targets.scope_type, targets.scope_id, targets.period_start, targets.period_end
        ) as business_days_of_period,
        -- where a year and its months are both planned, the months say more
        row_number() over (
            partition by targets.metric, targets.scope_type, targets.scope_id, days.day
            order by {{ dbt.datediff('targets.period_start', 'targets.period_end', 'day') }}, targets.period_start desc
        ) as choice
    from targets
    inner join days
        on
            targets.period_start <= days.day
            and targets.period_end > days.day

),

-- a period without any business day is spread over all of its days
weighted as (

    select
        *,
        case when business_days_of_period = 0 then 1 else business_days end as weight
    from target_days

),

accumulated as (

    select
        *,
        sum(weight) over (
            partition by metric, scope_type, scope_id, period_start, period_end
            order by day
            rows unbounded preceding
        ) as weight_to_date,
        sum(weight) over (
            partition by metric, scope_type, scope_id, period_start, period_end
        ) as weight_of_period
    from weighted

),

-- what is rounded is the running total, so that the days add up to the target exactly
spread as (

    select
        *,
        round(value * weight_to_date / weight_of_period, 4)
        - round(value * (weight_to_date - weight) / weight_of_period, 4) as amount
    from accumulated

)

select
    metric,
    scope_type,
    scope_id,
    day,
    day >= this_build.as_of_on as is_ahead,
    cast(amount as decimal(18, 4)) as amount,
    case
        when metric = 'net_revenue' and scope_type != 'company' then 'planned_for_parts_only scope=' || scope_type
    end as why_no_total
from spread
cross join {{ source('rapport', 'this_build') }} as this_build
where
    choice = 1
    and weight > 0
