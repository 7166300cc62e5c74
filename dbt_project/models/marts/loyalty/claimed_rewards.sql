with

members as (

    select * from {{ ref('loyalty_members') }}

),

rewards as (

    select * from {{ ref('rewards') }}

)

select
    claims.claim_id,
    claims.reward_id,
    rewards.reward_name,
    claims.member_id,
    links.customer_id,
    claims.claimed_on,
    claims.fulfilled_on,
    cast({{ dbt.datediff('claims.claimed_on', 'claims.fulfilled_on', 'day') }} as integer) as fulfilment_days,
    rewards.points_cost,
    {{ in_company_currency('rewards.unit_cost', "coalesce(rewards.currency, '" ~ var('currency') ~ "')", 'rates.rate') }} as cost_amount,
    claims._system,
    claims._file_id,
    claims._row
from {{ ref('reward_claims') }} as claims
left join rewards on claims.reward_id = rewards.reward_id
left join members on claims.member_id = members.member_id
left join {{ ref('account_links') }} as links
    on
        members.customer_id = links.system_customer_id
        and {{ valid_on('links', 'claims.claimed_on') }}
left join {{ ref('exchange_rates') }} as rates
    on
        rewards.currency = rates.from_currency
        and claims.claimed_on = rates.day
where claims._removed_at is null
