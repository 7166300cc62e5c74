{{ replaces_days('opened_on', changed=[
    "select opened_on from " ~ this ~ " where ticket_id in (" ~ changed_keys('tickets') ~ ")",
    "select " ~ local_date('created_at') ~ " from " ~ ref('tickets') ~ " where ticket_id in (" ~ changed_keys('tickets') ~ ") or ticket_id in ("
    ~ changed_keys('ticket_events') ~ ") or customer_id in (" ~ changed_keys('account_links') ~ ")",
]) }}
with

tickets as (

    select
        *,
        {{ local_date('created_at') }} as opened_on
    from {{ ref('tickets') }}
    where
        _removed_at is null
        and {{ of_changed_day(local_date('created_at')) if continues() else 'true' }}

),

events as (

    select
        ticket_id,
        min(case when event = 'replied' and actor_type = 'agent' then event_at end) as first_reply_at,
        sum(case when event = 'replied' and actor_type = 'agent' then 1 else 0 end) as agent_replies,
        max(case when event in ('solved', 'closed') then event_at end) as last_solved_at,
        sum(case when event = 'reopened' then 1 else 0 end) as reopened_count
    from {{ ref('ticket_events') }}
    where
        _removed_at is null
        and {{ 'ticket_id in (select ticket_id from tickets)' if continues() else 'true' }}
    group by ticket_id

),

-- the ticket itself is believed first; what it does not say is taken from what happened to it. One that is open again may keep the day of its last
-- solution: it waits for another
told as (

    select
        tickets.*,
        events.agent_replies,
        events.ticket_id is not null as has_history,
        coalesce(tickets.first_response_at, events.first_reply_at) as answered_at,
        case
            when tickets.status in ('open', 'pending') then null
            when tickets.solved_at is not null then tickets.solved_at
            when tickets.status in ('solved', 'closed') then events.last_solved_at
        end as done_at,
        greatest(coalesce(tickets.reopened_count, 0), coalesce(events.reopened_count, 0)) as times_reopened
    from tickets
    left join events
        on tickets.ticket_id = events.ticket_id

)

select
    told.ticket_id,
    links.customer_id,
    told.order_id,
    told.product_id,
    told.employee_id as agent,
    told.kind,
    told.topic,
    told.channel,
    told.priority,
    told.status,
    told.created_at,
    told.answered_at as first_response_at,
    told.done_at as solved_at,
    told.opened_on,
    {{ local_date('told.done_at') }} as solved_on,
    coalesce(told.status in ('open', 'pending'), false) as is_open,
    told.has_history,
    cast(told.times_reopened as integer) as reopened_count,
    cast(told.agent_replies as integer) as agent_replies,
    case
        when told.done_at < told.created_at then 'solved before it was opened'
        when told.answered_at < told.created_at then 'answered before it was opened'
        when told.done_at < told.answered_at then 'solved before it was answered'
    end as contradiction,
    scales.scale as csat_scale,
    told.csat_score >= scales.satisfied_from as is_satisfied,
    told._system,
    told._file_id,
    told._row
from told
left join {{ ref('csat_scales') }} as scales
    on
        told.csat_scale_max = scales.scale_max
        and scales.scale_min = 1
left join {{ ref('account_links') }} as links
    on
        told.customer_id = links.system_customer_id
        and {{ valid_on('links', 'told.opened_on') }}
order by told.opened_on
