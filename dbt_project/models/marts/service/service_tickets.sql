with

tickets as (

    select
        *,
        {{ local_date('created_at') }} as opened_on,
        {{ local_date('solved_at') }} as solved_on
    from {{ ref('tickets') }}

)

select
    tickets.ticket_id,
    links.customer_id,
    tickets.kind,
    tickets.topic,
    tickets.channel,
    tickets.priority,
    tickets.status,
    tickets.opened_on,
    tickets.solved_on,
    coalesce(tickets.solved_on is null and tickets.status in ('open', 'pending'), false) as is_open,
    tickets._system,
    tickets._file_id,
    tickets._row
from tickets
left join {{ ref('account_links') }} as links
    on
        tickets.customer_id = links.system_customer_id
        and {{ valid_on('links', 'tickets.opened_on') }}
