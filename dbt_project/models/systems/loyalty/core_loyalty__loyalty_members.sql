with

members as (

    select * from {{ ref('stg_loyalty__members') }}

)

select
    {{ prefixed_id('loyalty', 'member_no', 'loyalty_members') }} as member_id,
    {{ prefixed_id('crm', 'account_no', 'customers') }} as customer_id,
    joined_on,
    level,
    left_on,
    {{ provenance(removed=true) }}
from members
