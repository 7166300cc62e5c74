with

contacts as (

    select * from {{ ref('stg_crm__contacts') }}

)

select
    {{ prefixed_id('crm', 'contact_no', 'contacts') }} as contact_id,
    {{ prefixed_id('crm', 'account_no', 'customers') }} as customer_id,
    contact_name,
    role,
    email,
    phone,
    is_primary,
    {{ provenance(removed=true) }}
from contacts
