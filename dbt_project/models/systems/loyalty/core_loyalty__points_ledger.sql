with

ledger as (

    select * from {{ ref('stg_loyalty__ledger') }}

)

select
    {{ prefixed_id('loyalty', 'entry_no', 'points_ledger') }} as entry_id,
    {{ prefixed_id('loyalty', 'member_no', 'loyalty_members') }} as member_id,
    booked_on as entry_on,
    kind,
    points,
    {{ prefixed_id('shop', 'order_no', 'orders') }} as order_id,
    {{ prefixed_id('loyalty', 'reward_no', 'rewards') }} as reward_id,
    expires_on,
    {{ provenance() }}
from ledger
