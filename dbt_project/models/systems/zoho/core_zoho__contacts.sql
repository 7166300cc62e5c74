with

contacts as (

    select * from {{ ref('stg_zoho__contacts') }}

)

select
    {{ prefixed_id('zoho', 'contact_id', 'contacts') }} as contact_id,
    {{ prefixed_id('zoho', 'account_id', 'customers') }} as customer_id,
    trim(concat(coalesce(first_name, ''), ' ', coalesce(last_name, ''))) as contact_name,
    role,
    email,
    coalesce(phone, mobile) as phone,
    birthday,
    {{ provenance(removed=true) }}
from contacts
where account_id is not null
