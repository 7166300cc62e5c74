with

contracts as (

    select * from {{ ref('stg_crm__contracts') }}

)

select
    {{ prefixed_id('crm', 'contract_no', 'contracts') }} as contract_id,
    {{ prefixed_id('crm', 'account_no', 'customers') }} as customer_id,
    starts_on,
    ends_on,
    annual_value,
    currency,
    {{ prefixed_id('crm', 'renews_contract_no', 'contracts') }} as renews_contract_id,
    status,
    {{ provenance(removed=true) }}
from contracts
