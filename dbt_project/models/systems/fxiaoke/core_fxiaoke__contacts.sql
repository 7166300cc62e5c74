with

contacts as (

    {{ with_ids_by_name('fxiaoke', 'contacts', ['account']) }}

)

select
    {{ prefixed_id('fxiaoke', 'contact_id', 'contacts') }} as contact_id,
    {{ prefixed_id('fxiaoke', 'found_account_id', 'customers') }} as customer_id,
    contact_name,
    role,
    email,
    coalesce(mobile, phone) as phone,
    is_primary,
    birthday,
    {{ provenance(removed=true) }}
from contacts
where
    account_id is not null
    or account_name is not null
