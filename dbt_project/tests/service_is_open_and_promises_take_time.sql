-- Hours that end before they begin, and promises that allow no time or less time to a lower priority, would turn every figure of the service over.
with

ranked as (

    select
        promise,
        minutes,
        case priority when 'urgent' then 1 when 'high' then 2 when 'normal' then 3 when 'low' then 4 end as place
    from {{ ref('sla_targets') }}

)

select country as broken
from {{ ref('office_hours') }}
where not (opens_at_hour >= 0 and opens_at_hour < closes_at_hour and closes_at_hour <= 24)

union all

select 'the row for any other country' as broken
from {{ ref('office_hours') }}
having sum(case when country = '*' then 1 else 0 end) = 0

union all

select higher.promise as broken
from ranked as higher
inner join ranked as lower
    on
        higher.promise = lower.promise
        and higher.place <= lower.place
where
    higher.minutes > lower.minutes
    or higher.minutes <= 0
