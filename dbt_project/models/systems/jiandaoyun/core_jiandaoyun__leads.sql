with

leads as (

    select * from {{ ref('stg_jiandaoyun__leads') }}

),

account_names as (

    select * from {{ ref('stg_jiandaoyun__account_names') }}

)

select
    {{ prefixed_id('jiandaoyun', 'leads.lead_id', 'leads') }} as lead_id,
    leads.source,
    {{ local_date('leads.created_at') }} as created_on,
    {{ local_date('leads.converted_at') }} as converted_on,
    {{ prefixed_id('jiandaoyun', 'account_names.account_id', 'customers') }} as converted_customer_id,
    leads.status,
    leads._file_id,
    leads._row,
    leads._exported_at,
    leads._loaded_at,
    leads._load,
    leads._removed_at
from leads
left join account_names on leads.converted_account_name = account_names.account_name
