with

customers as (

    select * from {{ ref('stg_shopify__customers') }}

)

select
    {{ prefixed_id('shopify', 'customer_no', 'customers') }} as customer_id,
    coalesce(company, person_name) as customer_name,
    false as is_intercompany,
    case when company is not null then 'enterprise' else 'individual' end as customer_type,
    country_code as country,
    province_code as region,
    city,
    accepts_mail as mail_consent,
    {{ provenance(removed=true) }}
from customers
