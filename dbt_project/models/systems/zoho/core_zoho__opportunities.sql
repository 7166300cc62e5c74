with

deals as (

    select * from {{ ref('stg_zoho__deals') }}

),

judged as (

    select
        *,
        case
            when lower(stage) like 'closed won%' or stage in ('成交', '赢单', '结束并赢得') then 'won'
            when lower(stage) like 'closed lost%' or lower(stage) like 'closed-lost%' or stage in ('丢失', '丢单', '输单', '因竞争而丢失', '结束但丢失') then 'lost'
            else 'open'
        end as status
    from deals

)

select
    {{ prefixed_id('zoho', 'deal_id', 'opportunities') }} as opportunity_id,
    {{ prefixed_id('zoho', 'account_id', 'customers') }} as customer_id,
    {{ prefixed_id('zoho', 'owner_id', 'employees') }} as employee_id,
    {{ local_date('created_at') }} as created_on,
    closing_on as expected_close_on,
    case when status != 'open' then closing_on end as closed_on,
    stage,
    status,
    amount,
    currency,
    probability / 100.0 as probability,
    lost_reason,
    {{ provenance(removed=true) }}
from judged
