with

targets as (

    select * from {{ ref('stg_crm__targets') }}

)

select
    metric,
    scope_type,
    case scope_type
        when 'employee' then {{ prefixed_id('crm', 'scope_no', 'employees') }}
        when 'customer' then {{ prefixed_id('crm', 'scope_no', 'customers') }}
        else scope_no
    end as scope_id,
    period_start,
    period_end,
    target_value as value,
    currency,
    {{ provenance() }}
from targets
