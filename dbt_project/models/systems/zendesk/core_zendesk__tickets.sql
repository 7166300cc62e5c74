with

tickets as (

    select * from {{ ref('stg_zendesk__tickets') }}

)

select
    {{ prefixed_id('zendesk', 'ticket_no', 'tickets') }} as ticket_id,
    {{ prefixed_id('zendesk', 'customer_no', 'customers') }} as customer_id,
    case
        when tags like '% complaint %' or tags like '% 投诉 %' then 'complaint'
        when ticket_type in ('incident', 'problem') then 'technical'
        when ticket_type = 'task' then 'request'
        else 'inquiry'
    end as kind,
    ticket_group as topic,
    case
        when via like '%phone%' or via like '%voice%' then 'phone'
        when via like '%mail%' then 'email'
        when via like '%chat%' or via like '%messaging%' or via like '%whatsapp%' or via like '%wechat%' then 'chat'
        else 'web'
    end as channel,
    priority,
    case
        when status in ('new', 'open') then 'open'
        when status in ('pending', 'hold', 'on-hold') then 'pending'
        else status
    end as status,
    created_at,
    {{ dbt.dateadd('minute', 'first_reply_minutes', 'created_at') }} as first_response_at,
    solved_at,
    reopens as reopened_count,
    case
        when satisfaction in ('1', '2', '3', '4', '5') then cast(satisfaction as double)
        when satisfaction like 'good%' then 2.0
        when satisfaction like 'bad%' then 1.0
    end as csat_score,
    case
        when satisfaction in ('1', '2', '3', '4', '5') then 5.0
        when satisfaction like 'good%' or satisfaction like 'bad%' then 2.0
    end as csat_scale_max,
    {{ provenance() }}
from tickets
