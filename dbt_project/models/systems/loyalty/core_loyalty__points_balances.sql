with

balances as (

    select * from {{ ref('stg_loyalty__balances') }}

)

select
    {{ prefixed_id('loyalty', 'member_no', 'loyalty_members') }} as member_id,
    stated_on as as_of_on,
    points,
    {{ provenance() }}
from balances
