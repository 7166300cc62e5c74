with

claims as (

    select * from {{ ref('stg_loyalty__claims') }}

)

select
    {{ prefixed_id('loyalty', 'claim_no', 'reward_claims') }} as claim_id,
    {{ prefixed_id('loyalty', 'reward_no', 'rewards') }} as reward_id,
    {{ prefixed_id('loyalty', 'member_no', 'loyalty_members') }} as member_id,
    claimed_on,
    fulfilled_on,
    {{ provenance() }}
from claims
