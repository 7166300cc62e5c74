with

accounts as (

    select * from {{ ref('stg_zoho__accounts') }}

)

select
    {{ prefixed_id('zoho', 'account_id', 'customers') }} as customer_id,
    account_name as customer_name,
    false as is_intercompany,
    'enterprise' as customer_type,
    industry,
    case
        when employees < 10 then 'micro'
        when employees < 50 then 'small'
        when employees < 250 then 'medium'
        when employees >= 250 then 'large'
    end as company_size,
    country,
    region,
    city,
    {{ local_date('created_at') }} as created_on,
    {{ prefixed_id('zoho', 'parent_account_id', 'customers') }} as parent_customer_id,
    account_type as status,
    {{ provenance(removed=true) }}
from accounts
