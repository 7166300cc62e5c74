with

customer_links as (

    select * from {{ ref('stg_crm__customer_links') }}

)

select
    'shop' as system,
    {{ prefixed_id('shop', 'shop_customer_no', 'customers') }} as system_customer_id,
    {{ prefixed_id('crm', 'account_no', 'customers') }} as customer_id,
    valid_from,
    valid_to,
    'given' as matched_by,
    {{ provenance(removed=true) }}
from customer_links
