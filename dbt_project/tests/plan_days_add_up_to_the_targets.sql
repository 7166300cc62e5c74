-- To the last digit, for each target that no finer target overlaps.
with

targets as (

    select * from {{ ref('targets') }}
    where
        _removed_at is null
        and (currency is null or currency = '{{ var('currency') }}')

),

overlapped as (

    select distinct
        coarse.metric,
        coarse.scope_type,
        coarse.scope_id,
        coarse.period_start,
        coarse.period_end
    from targets as coarse
    inner join targets as fine
        on
            coarse.metric = fine.metric
            and coarse.scope_type = fine.scope_type
            and coarse.scope_id = fine.scope_id
            and coarse.period_start < fine.period_end
            and coarse.period_end > fine.period_start
            and (coarse.period_start != fine.period_start or coarse.period_end != fine.period_end)

)

select
    targets.metric,
    targets.scope_type,
    targets.scope_id,
    targets.period_start,
    targets.value,
    sum(plan_days.amount) as planned
from targets
left join overlapped
    on
        targets.metric = overlapped.metric
        and targets.scope_type = overlapped.scope_type
        and targets.scope_id = overlapped.scope_id
        and targets.period_start = overlapped.period_start
        and targets.period_end = overlapped.period_end
left join {{ ref('plan_days') }} as plan_days
    on
        targets.metric = plan_days.metric
        and targets.scope_type = plan_days.scope_type
        and targets.scope_id = plan_days.scope_id
        and targets.period_start <= plan_days.day
        and targets.period_end > plan_days.day
where overlapped.metric is null
group by targets.metric, targets.scope_type, targets.scope_id, targets.period_start, targets.value
having sum(plan_days.amount) is null or sum(plan_days.amount) != targets.value
