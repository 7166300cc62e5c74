with

customers as (

    select * from {{ ref('stg_crm__customers') }}

)

select
    {{ prefixed_id('crm', 'account_no', 'customers') }} as customer_id,
    account_name as customer_name,
    legal_entity,
    false as is_intercompany,
    customer_type,
    industry,
    company_size,
    country,
    region,
    city,
    created_on,
    {{ prefixed_id('crm', 'parent_no', 'customers') }} as parent_customer_id,
    is_key_account,
    manual_tier,
    estimated_annual_spend,
    currency,
    strategic_fit,
    mail_consent,
    status,
    {{ provenance(removed=true) }}
from customers
