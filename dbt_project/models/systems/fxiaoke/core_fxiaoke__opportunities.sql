with

deals as (

    select * from {{ ref('stg_fxiaoke__deals') }}

),

account_names as (

    select * from {{ ref('stg_fxiaoke__account_names') }}

),

judged as (

    select
        *,
        case
            when lower(coalesce(status, stage)) in ('赢单', '已赢单', '成交', '已成交', '已签单', 'won', 'closed won') then 'won'
            when lower(coalesce(status, stage)) in ('输单', '已输单', '丢单', '无效', '已作废', 'lost', 'closed lost', 'void', 'invalid') then 'lost'
            else 'open'
        end as outcome
    from deals

)

select
    {{ prefixed_id('fxiaoke', 'judged.deal_id', 'opportunities') }} as opportunity_id,
    {{ prefixed_id('fxiaoke', 'coalesce(judged.account_id, account_names.account_id)', 'customers') }} as customer_id,
    {{ prefixed_id('fxiaoke', 'judged.lead_id', 'leads') }} as lead_id,
    {{ prefixed_id('fxiaoke', 'judged.owner', 'employees') }} as employee_id,
    {{ local_date('judged.created_at') }} as created_on,
    judged.expected_close_on,
    case
        when judged.outcome != 'open'
            then coalesce(judged.closed_on, {{ local_date('judged.stage_changed_at') }}, judged.expected_close_on)
    end as closed_on,
    judged.stage,
    judged.outcome as status,
    judged.amount,
    judged.currency,
    judged.probability / 100.0 as probability,
    judged.lost_reason,
    judged.competitor,
    judged._file_id,
    judged._row,
    judged._exported_at,
    judged._loaded_at,
    judged._load,
    judged._removed_at
from judged
left join account_names on judged.account_name = account_names.account_name
