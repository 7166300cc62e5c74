with

rewards as (

    select * from {{ ref('stg_loyalty__rewards') }}

)

select
    {{ prefixed_id('loyalty', 'reward_no', 'rewards') }} as reward_id,
    reward_name,
    points_cost,
    unit_cost,
    currency,
    {{ provenance(removed=true) }}
from rewards
