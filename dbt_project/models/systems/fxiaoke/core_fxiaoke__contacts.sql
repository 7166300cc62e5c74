with

contacts as (

    select * from {{ ref('stg_fxiaoke__contacts') }}

),

account_names as (

    select * from {{ ref('stg_fxiaoke__account_names') }}

)

select
    {{ prefixed_id('fxiaoke', 'contacts.contact_id', 'contacts') }} as contact_id,
    {{ prefixed_id('fxiaoke', 'coalesce(contacts.account_id, account_names.account_id)', 'customers') }} as customer_id,
    contacts.contact_name,
    contacts.role,
    contacts.email,
    coalesce(contacts.mobile, contacts.phone) as phone,
    contacts.is_primary,
    contacts.birthday,
    contacts._file_id,
    contacts._row,
    contacts._exported_at,
    contacts._loaded_at,
    contacts._load,
    contacts._removed_at
from contacts
left join account_names on contacts.account_name = account_names.account_name
where
    contacts.account_id is not null
    or contacts.account_name is not null
