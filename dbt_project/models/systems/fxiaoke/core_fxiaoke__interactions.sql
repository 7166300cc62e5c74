with

activities as (

    {{ with_ids_by_name('fxiaoke', 'activities', ['account', 'deal']) }}

),

deals as (

    {{ with_ids_by_name('fxiaoke', 'deals', ['account']) }}

)

select
    {{ prefixed_id('fxiaoke', 'activities.activity_id', 'interactions') }} as interaction_id,
    {{ prefixed_id('fxiaoke', 'coalesce(activities.found_account_id, deals.found_account_id)', 'customers') }} as customer_id,
    {{ prefixed_id('fxiaoke', 'activities.owner', 'employees') }} as employee_id,
    {{ prefixed_id('fxiaoke', 'activities.found_deal_id', 'opportunities') }} as opportunity_id,
    activities.occurred_at,
    {{ contact_channel('activities.way') }} as channel,
    activities.content as subject,
    activities.next_step_on,
    activities._file_id,
    activities._row,
    activities._exported_at,
    activities._loaded_at,
    activities._load
from activities
left join deals on activities.found_deal_id = deals.deal_id
