with

accounts as (

    select * from {{ ref('stg_fxiaoke__accounts') }}

),

account_names as (

    select * from {{ ref('stg_fxiaoke__account_names') }}

)

select
    {{ prefixed_id('fxiaoke', 'accounts.account_id', 'customers') }} as customer_id,
    accounts.account_name as customer_name,
    false as is_intercompany,
    accounts.industry,
    accounts.country,
    accounts.region,
    accounts.city,
    {{ local_date('accounts.created_at') }} as created_on,
    {{ prefixed_id('fxiaoke', 'account_names.account_id', 'customers') }} as parent_customer_id,
    accounts.level in ('重点客户', '战略客户', 'Key Account', 'Key account') as is_key_account,
    accounts.status,
    accounts._file_id,
    accounts._row,
    accounts._exported_at,
    accounts._loaded_at,
    accounts._load,
    accounts._removed_at
from accounts
left join account_names on accounts.parent_account_name = account_names.account_name
