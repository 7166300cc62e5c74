with

activities as (

    select * from {{ ref('stg_fxiaoke__activities') }}

),

account_names as (

    select * from {{ ref('stg_fxiaoke__account_names') }}

),

deal_names as (

    select * from {{ ref('stg_fxiaoke__deal_names') }}

),

deals as (

    select * from {{ ref('stg_fxiaoke__deals') }}

),

attributed as (

    select
        activities.*,
        coalesce(activities.account_id, account_names.account_id) as found_account_id,
        coalesce(activities.deal_id, deal_names.deal_id) as found_deal_id
    from activities
    left join account_names on activities.account_name = account_names.account_name
    left join deal_names on activities.deal_name = deal_names.deal_name

),

deal_accounts as (

    select
        deals.deal_id,
        coalesce(deals.account_id, account_names.account_id) as account_id
    from deals
    left join account_names on deals.account_name = account_names.account_name

)

select
    {{ prefixed_id('fxiaoke', 'attributed.activity_id', 'interactions') }} as interaction_id,
    {{ prefixed_id('fxiaoke', 'coalesce(attributed.found_account_id, deal_accounts.account_id)', 'customers') }} as customer_id,
    {{ prefixed_id('fxiaoke', 'attributed.owner', 'employees') }} as employee_id,
    {{ prefixed_id('fxiaoke', 'attributed.found_deal_id', 'opportunities') }} as opportunity_id,
    attributed.occurred_at,
    {{ contact_channel('attributed.way') }} as channel,
    attributed.content as subject,
    attributed.next_step_on,
    attributed._file_id,
    attributed._row,
    attributed._exported_at,
    attributed._loaded_at,
    attributed._load
from attributed
left join deal_accounts on attributed.found_deal_id = deal_accounts.deal_id
