with

deals as (

    select * from {{ ref('stg_zoho__deals') }}

),

judged as (

    select
        *,
        {{ deal_outcome('stage') }} as status
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
