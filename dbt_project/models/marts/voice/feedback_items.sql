with

feedback as (

    select
        *,
        {{ local_date('created_at') }} as created_on,
        {{ local_date('contacted_at') }} as contacted_on
    from {{ ref('feedback') }}
    where _removed_at is null

),

-- who complains by a ticket and on the web as well has complained once: about the same order, or within days where the order is not said
told_by_ticket as (

    select distinct feedback.feedback_id
    from feedback
    inner join {{ ref('service_tickets') }} as tickets
        on
            tickets.kind = 'complaint'
            and feedback.order_id = tickets.order_id
    where feedback.kind = 'complaint'

    union

    select distinct feedback.feedback_id
    from feedback
    inner join {{ ref('account_links') }} as links
        on
            feedback.customer_id = links.system_customer_id
            and {{ valid_on('links', 'feedback.created_on') }}
    inner join {{ ref('service_tickets') }} as tickets
        on
            tickets.kind = 'complaint'
            and links.customer_id = tickets.customer_id
            and feedback.created_on >= {{ day_after('tickets.opened_on', '-' ~ var('complaint_days')) }}
            and feedback.created_on <= {{ day_after('tickets.opened_on', var('complaint_days')) }}
    where
        feedback.kind = 'complaint'
        and (feedback.order_id is null or tickets.order_id is null)

)

select
    feedback.feedback_id,
    links.customer_id,
    feedback.product_id,
    feedback.order_id,
    feedback.source,
    feedback.kind,
    feedback.topic,
    feedback.rating,
    feedback.rating_max,
    feedback.body,
    feedback.language,
    feedback.created_at,
    feedback.created_on,
    feedback.owner_id,
    feedback.status,
    feedback.contacted_at,
    feedback.contacted_on,
    feedback.decided_on,
    feedback.is_adopted,
    case
        when feedback.decided_on >= feedback.created_on then {{ dbt.datediff('feedback.created_on', 'feedback.decided_on', 'day') }}
    end as decision_days,
    told_by_ticket.feedback_id is not null as is_told_by_ticket,
    feedback._system,
    feedback._file_id,
    feedback._row
from feedback
left join told_by_ticket
    on feedback.feedback_id = told_by_ticket.feedback_id
left join {{ ref('account_links') }} as links
    on
        feedback.customer_id = links.system_customer_id
        and {{ valid_on('links', 'feedback.created_on') }}
