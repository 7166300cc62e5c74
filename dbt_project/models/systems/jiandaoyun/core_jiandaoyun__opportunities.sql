with

deals as (

    {{ with_ids_by_name('jiandaoyun', 'deals', ['account']) }}

),

judged as (

    select
        *,
        {{ deal_outcome('coalesce(status, stage)') }} as outcome
    from deals

)

select
    {{ prefixed_id('jiandaoyun', 'deal_id', 'opportunities') }} as opportunity_id,
    {{ prefixed_id('jiandaoyun', 'found_account_id', 'customers') }} as customer_id,
    {{ prefixed_id('jiandaoyun', 'lead_id', 'leads') }} as lead_id,
    {{ prefixed_id('jiandaoyun', 'owner', 'employees') }} as employee_id,
    {{ local_date('created_at') }} as created_on,
    expected_close_on,
    case when outcome != 'open' then coalesce(closed_on, {{ local_date('stage_changed_at') }}, expected_close_on) end as closed_on,
    stage,
    outcome as status,
    amount,
    currency,
    probability / 100.0 as probability,
    lost_reason,
    competitor,
    {{ provenance(removed=true) }}
from judged
