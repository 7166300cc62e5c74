with

accounts as (

    select * from {{ ref('stg_zoho__accounts') }}

),

contacts as (

    select * from {{ ref('stg_zoho__contacts') }}

),

deals as (

    select * from {{ ref('stg_zoho__deals') }}

),

contacted as (

    select
        call_id as activity_id,
        contact_id,
        related_to_id,
        owner_id,
        started_at as occurred_at,
        'phone' as channel,
        direction,
        result as outcome,
        seconds / 60.0 as minutes,
        subject,
        {{ provenance() }}
    from {{ ref('stg_zoho__calls') }}
    where
        coalesce(direction, '') != 'missed'
        and lower(coalesce(status, '')) not in ('scheduled', 'overdue', 'cancelled', 'canceled', '已安排', '已计划', '已过期', '已取消')

    union all

    select
        meeting_id as activity_id,
        contact_id,
        related_to_id,
        owner_id,
        started_at as occurred_at,
        'visit' as channel,
        cast(null as varchar) as direction,
        cast(null as varchar) as outcome,
        cast({{ dbt.datediff('started_at', 'ended_at', 'minute') }} as double) as minutes,
        subject,
        {{ provenance() }}
    from {{ ref('stg_zoho__meetings') }}

)

select
    {{ prefixed_id('zoho', 'contacted.activity_id', 'interactions') }} as interaction_id,
    {{ prefixed_id('zoho', 'coalesce(accounts.account_id, deals.account_id, contacts.account_id)', 'customers') }} as customer_id,
    {{ prefixed_id('zoho', 'contacted.contact_id', 'contacts') }} as contact_id,
    {{ prefixed_id('zoho', 'contacted.owner_id', 'employees') }} as employee_id,
    {{ prefixed_id('zoho', 'deals.deal_id', 'opportunities') }} as opportunity_id,
    contacted.occurred_at,
    contacted.channel,
    contacted.direction,
    contacted.outcome,
    contacted.minutes,
    contacted.subject,
    contacted._file_id,
    contacted._row,
    contacted._exported_at,
    contacted._loaded_at,
    contacted._load
from contacted
left join accounts on contacted.related_to_id = accounts.account_id
left join deals on contacted.related_to_id = deals.deal_id
left join contacts on contacted.contact_id = contacts.contact_id
-- what was still to come when the file was made has not taken place
where contacted.occurred_at is null or contacted.occurred_at <= contacted._exported_at
