with

tickets as (

    select * from {{ ref('stg_helpdesk__tickets') }}

)

select
    {{ prefixed_id('helpdesk', 'ticket_no', 'tickets') }} as ticket_id,
    {{ prefixed_id('crm', 'account_no', 'customers') }} as customer_id,
    {{ prefixed_id('shop', 'order_no', 'orders') }} as order_id,
    {{ prefixed_id('crm', 'agent_no', 'employees') }} as employee_id,
    kind,
    topic,
    channel,
    priority,
    status,
    created_at,
    first_response_at,
    solved_at,
    reopened_count,
    csat_score,
    csat_scale_max,
    {{ provenance() }}
from tickets
