with

leads as (

    select * from {{ ref('stg_zoho__leads') }}

)

select
    {{ prefixed_id('zoho', 'lead_id', 'leads') }} as lead_id,
    source,
    {{ local_date('created_at') }} as created_on,
    {{ local_date('converted_at') }} as converted_on,
    {{ prefixed_id('zoho', 'converted_account_id', 'customers') }} as converted_customer_id,
    status,
    {{ provenance(removed=true) }}
from leads
