with

this_build as (

    select as_of from {{ source('rapport', 'this_build') }}

),

country_days as (

    select * from {{ ref('country_days') }}

),

calendars as (

    select distinct
        country,
        time_zone
    from country_days

),

targets as (

    select * from {{ ref('sla_targets') }}

),

tickets as (

    select
        tickets.ticket_id,
        tickets.priority,
        tickets.created_at,
        tickets.first_response_at,
        tickets.solved_at,
        tickets.has_history,
        coalesce(tickets.first_response_at, tickets.solved_at, this_build.as_of) as response_until,
        coalesce(tickets.solved_at, this_build.as_of) as resolution_until,
        coalesce(calendars.country, '{{ var('country') }}') as country
    from {{ ref('service_tickets') }} as tickets
    cross join this_build
    left join {{ ref('customer_attributes') }} as attributes
        on
            tickets.customer_id = attributes.customer_id
            and {{ valid_on('attributes', 'tickets.opened_on') }}
    left join calendars
        on attributes.country = calendars.country
    where tickets.contradiction is null

),

-- what the clock and the target depend on
changes as (

    select
        events.ticket_id,
        events.event_at,
        events.event,
        events.value
    from {{ ref('ticket_events') }} as events
    where
        events._removed_at is null
        and events.event in ('pending', 'resumed', 'solved', 'reopened', 'closed', 'priority_set')

),

first_priorities as (

    select
        tickets.ticket_id,
        max(case when changes.event_at <= tickets.created_at then changes.value end) as priority
    from tickets
    inner join changes
        on tickets.ticket_id = changes.ticket_id
    where changes.event = 'priority_set'
    group by tickets.ticket_id

),

points as (

    select
        tickets.ticket_id,
        tickets.created_at as point_at,
        0 as place,
        'created' as event,
        -- a priority that was set later says nothing about the time before; one that was never set was always as it is now
        case when first_priorities.ticket_id is null then tickets.priority else first_priorities.priority end as priority
    from tickets
    left join first_priorities
        on tickets.ticket_id = first_priorities.ticket_id

    union all

    select
        tickets.ticket_id,
        changes.event_at as point_at,
        case when changes.event = 'priority_set' then 1 else 2 end as place,
        changes.event,
        case when changes.event = 'priority_set' then changes.value end as priority
    from tickets
    inner join changes
        on
            tickets.ticket_id = changes.ticket_id
            and tickets.created_at < changes.event_at
            and tickets.resolution_until > changes.event_at

    union all

    select
        ticket_id,
        response_until as point_at,
        3 as place,
        'answered' as event,
        cast(null as varchar) as priority
    from tickets

    union all

    select
        ticket_id,
        resolution_until as point_at,
        4 as place,
        'ended' as event,
        cast(null as varchar) as priority
    from tickets

),

-- the day is a column before the join, or DuckDB would work it out for every pair of a point and a day
located as (

    select
        points.*,
        tickets.country,
        tickets.response_until,
        tickets.resolution_until,
        cast({{ local_time('points.point_at', 'calendars.time_zone') }} as date) as point_on
    from points
    inner join tickets
        on points.ticket_id = tickets.ticket_id
    inner join calendars
        on tickets.country = calendars.country

),

clocked as (

    select
        located.*,
        {{ business_clock('country_days', 'located.point_at') }} as clock
    from located
    inner join country_days
        on
            located.country = country_days.country
            and located.point_on = country_days.day

),

numbered as (

    select
        *,
        row_number() over (partition by ticket_id order by point_at, place, event) as point,
        -- stretches between points that start or stop the clock, or set a priority, have the number of the one that they began with
        sum(case when event in ('created', 'pending', 'resumed', 'solved', 'reopened', 'closed') then 1 else 0 end) over (
            partition by ticket_id
            order by point_at, place, event
            rows unbounded preceding
        ) as state,
        sum(case when event in ('created', 'priority_set') then 1 else 0 end) over (
            partition by ticket_id
            order by point_at, place, event
            rows unbounded preceding
        ) as priority_number,
        lead(clock) over (partition by ticket_id order by point_at, place, event) - clock as seconds_to_next
    from clocked

),

stretches as (

    select
        *,
        case
            when max(case when event in ('pending', 'solved', 'closed') then 1 else 0 end) over (
                partition by ticket_id, state
            ) = 0 then 1
            else 0
        end as is_running
    from numbered

),

timed as (

    select
        *,
        is_running * coalesce(seconds_to_next, 0) as seconds,
        coalesce(sum(is_running * seconds_to_next) over (
            partition by ticket_id
            order by point
            rows between unbounded preceding and 1 preceding
        ), 0) as seconds_before
    from stretches

),

-- how much time each priority allows from the opening on
priorities as (

    select
        timed.ticket_id,
        timed.priority_number,
        timed.point,
        timed.event,
        timed.seconds_before,
        targets.promise,
        targets.priority,
        60 * targets.minutes as target_seconds,
        lag(targets.minutes) over (partition by timed.ticket_id, targets.promise order by timed.point) * 60 as target_before
    from timed
    inner join targets
        on timed.priority = targets.priority
    where timed.event in ('created', 'priority_set')

),

lowered as (

    select
        *,
        sum(case when target_seconds > target_before then 1 else 0 end) over (
            partition by ticket_id, promise
            order by point
            rows unbounded preceding
        ) as times_lowered
    from priorities

),

-- a raised priority counts from its raise, but takes no time away from what was promised before; a lowered one counts from the opening
allowed as (

    select
        ticket_id,
        priority_number,
        promise,
        priority,
        min(
            case
                when event = 'created' or target_seconds > target_before then target_seconds
                else seconds_before + target_seconds
            end
        ) over (
            partition by ticket_id, promise, times_lowered
            order by point
            rows unbounded preceding
        ) as allowed_seconds
    from lowered

),

promised as (

    select
        timed.*,
        promises.promise,
        allowed.priority as priority_then,
        allowed.allowed_seconds
    from timed
    cross join (select distinct promise from targets) as promises
    left join allowed
        on
            timed.ticket_id = allowed.ticket_id
            and timed.priority_number = allowed.priority_number
            and promises.promise = allowed.promise
    where
        timed.event = 'created'
        or timed.point_at < case when promises.promise = 'response' then timed.response_until else timed.resolution_until end

),

-- where in a ticket the time was used up; if nowhere, its last running stretch tells when it would have been
outcomes as (

    select
        ticket_id,
        promise,
        country,
        sum(seconds) as seconds,
        max(case when seconds_before + seconds > allowed_seconds then 1 else 0 end) as is_breached,
        min(case when seconds_before + seconds > allowed_seconds then point end) as breached_at_point,
        max(case when is_running = 1 then point end) as last_running_point
    from promised
    group by ticket_id, promise, country

),

due as (

    select
        outcomes.*,
        promised.priority_then,
        promised.allowed_seconds,
        case
            when promised.allowed_seconds is not null
                then promised.clock + greatest(promised.allowed_seconds - promised.seconds_before, 0)
        end as due_clock
    from outcomes
    inner join promised
        on
            outcomes.ticket_id = promised.ticket_id
            and outcomes.promise = promised.promise
            and coalesce(outcomes.breached_at_point, outcomes.last_running_point) = promised.point

),

judged as (

    select
        due.*,
        tickets.customer_id,
        tickets.product_id,
        tickets.kind,
        tickets.topic,
        tickets.channel,
        tickets.has_history,
        tickets.opened_on,
        tickets._system,
        tickets._file_id,
        tickets._row,
        case when due.promise = 'response' then tickets.first_response_at else tickets.solved_at end as kept_at,
        {{ dbt.dateadd(
            'second',
            'cast(due.due_clock - country_days.business_days_before * country_days.open_seconds as bigint)',
            'country_days.opens_at'
        ) }} as due_at
    from due
    inner join {{ ref('service_tickets') }} as tickets
        on due.ticket_id = tickets.ticket_id
    left join country_days
        on
            due.country = country_days.country
            and country_days.is_business_day
            and cast(floor((due.due_clock - 1) / country_days.open_seconds) as bigint) = country_days.business_days_before
    where
        -- neither kept nor waited for: closed, but nobody knows when
        tickets.is_open
        or (due.promise = 'response' and tickets.first_response_at is not null)
        or (due.promise = 'resolution' and tickets.solved_at is not null)

),

-- what is kept was due when its time would have been used up; what is not kept is due once it is
decided as (

    select
        judged.*,
        this_build.as_of,
        case
            when judged.due_at is null or judged.due_at >= this_build.as_of then null
            when judged.is_breached = 1 then false
            when judged.kept_at is not null then true
        end as is_within
    from judged
    cross join this_build

)

select
    ticket_id,
    promise,
    customer_id,
    product_id,
    kind,
    topic,
    channel,
    priority_then as priority,
    has_history,
    opened_on,
    {{ local_date('kept_at') }} as kept_on,
    case when is_within is not null then {{ local_date('due_at') }} end as due_on,
    case when kept_at is not null then cast(floor(seconds / 60) as bigint) end as minutes,
    cast(floor(allowed_seconds / 60) as bigint) as minutes_allowed,
    is_within,
    _system,
    _file_id,
    _row
from decided
