with

this_build as (

    select as_of_on from {{ source('rapport', 'this_build') }}

),

raised as (

    select
        ticket_id as concern_id,
        'complaint by ticket' as kind,
        customer_id,
        opened_on as raised_on,
        created_at as raised_at,
        {{ local_date('first_response_at') }} as contacted_on,
        _system,
        _file_id,
        _row
    from {{ ref('service_tickets') }}
    where kind = 'complaint'

    union all

    select
        feedback_id as concern_id,
        'complaint by feedback' as kind,
        customer_id,
        created_on as raised_on,
        created_at as raised_at,
        contacted_on,
        _system,
        _file_id,
        _row
    from {{ ref('feedback_items') }}
    where
        kind = 'complaint'
        and not is_told_by_ticket

    union all

    select
        answer_id as concern_id,
        'detractor' as kind,
        customer_id,
        responded_on as raised_on,
        responded_at as raised_at,
        cast(null as date) as contacted_on,
        _system,
        _file_id,
        _row
    from {{ ref('survey_scores') }}
    where
        kind = 'nps'
        and scale_min = 0
        and scale_max = 10
        and score <= 6

),

contacts as (

    select
        customer_id,
        occurred_at,
        occurred_on
    from {{ ref('customer_contacts') }}
    where
        direction = 'outbound'
        and customer_id is not null

),

-- where no ticket was ever answered, or no feedback ever has its contact, or no system tells of contacts, nobody can say who was contacted and who was not
untold as (

    select
        'complaint by ticket' as kind,
        case when count(first_response_at) = 0 then 'unfilled column=tickets.first_response_at' end as reason
    from {{ ref('service_tickets') }}

    union all

    select
        'complaint by feedback' as kind,
        case when count(contacted_on) = 0 then 'unfilled column=feedback.contacted_at' end as reason
    from {{ ref('feedback_items') }}

    union all

    select
        'detractor' as kind,
        case when not {{ is_fed('interactions') | lower }} then 'unfed tables=interactions' end as reason

),

-- a survey knows nothing of what came after: whoever turned to the account next has contacted it
answered as (

    select
        raised.concern_id,
        min(contacts.occurred_on) as contacted_on
    from raised
    inner join contacts
        on
            raised.customer_id = contacts.customer_id
            and raised.raised_at < contacts.occurred_at
            and contacts.occurred_on <= {{ day_after('raised.raised_on', var('closed_loop_days')) }}
    where raised.kind = 'detractor'
    group by raised.concern_id

),

closed as (

    select
        raised.*,
        case when raised.kind = 'detractor' then answered.contacted_on else raised.contacted_on end as answered_on
    from raised
    left join answered
        on raised.concern_id = answered.concern_id

)

select
    closed.concern_id,
    closed.kind,
    closed.customer_id,
    closed.raised_on,
    closed.answered_on as contacted_on,
    case
        when untold.reason is not null then null
        when closed.answered_on <= {{ day_after('closed.raised_on', var('closed_loop_days')) }} then true
        when this_build.as_of_on > {{ day_after('closed.raised_on', var('closed_loop_days')) }} then false
    end as is_closed_in_time,
    untold.reason,
    closed._system,
    closed._file_id,
    closed._row
from closed
inner join untold on closed.kind = untold.kind
cross join this_build
