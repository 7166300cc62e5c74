with

two_years as (

    select * from {{ ref('revenue_two_years') }}

),

first_orders as (

    select
        customer_id,
        ordered_on
    from {{ ref('order_days') }}
    where is_first_ever

),

-- each customer is one step
moved as (

    select
        two_years.*,
        case
            when two_years.customer_id is null then 'other'
            when two_years.base_amount > 0 and two_years.current_amount <= 0 then 'lost'
            when two_years.base_amount > 0 and two_years.current_amount < two_years.base_amount then 'contraction'
            when two_years.base_amount > 0 and two_years.current_amount > two_years.base_amount then 'expansion'
            when two_years.base_amount > 0 then 'unchanged'
            when two_years.current_amount <= 0 then 'other'
            when first_orders.ordered_on >= {{ day_after('two_years.period_end', -12, 'month') }} then 'new'
            when first_orders.ordered_on < {{ day_after('two_years.period_end', -24, 'month') }} then 'reactivated'
            else 'other'
        end as movement
    from two_years
    left join first_orders
        on two_years.customer_id = first_orders.customer_id

),

bridge as (

    select
        moved.*,
        movement in ('lost', 'contraction', 'expansion', 'unchanged') as is_in_base
    from moved

)

select
    bridge.grain,
    bridge.period_end,
    bridge.customer_id,
    accounts.customer_name,
    bridge.movement,
    cast(case when bridge.is_in_base then bridge.base_amount else 0 end as decimal(18, 4)) as base_amount,
    cast(case when bridge.movement = 'new' then bridge.current_amount else 0 end as decimal(18, 4)) as new_amount,
    cast(case when bridge.movement = 'reactivated' then bridge.current_amount else 0 end as decimal(18, 4)) as reactivated_amount,
    cast(case when bridge.movement = 'expansion' then bridge.current_amount - bridge.base_amount else 0 end as decimal(18, 4)) as expansion_amount,
    cast(case when bridge.movement = 'contraction' then bridge.current_amount - bridge.base_amount else 0 end as decimal(18, 4)) as contraction_amount,
    cast(case when bridge.movement = 'lost' then -bridge.base_amount else 0 end as decimal(18, 4)) as lost_amount,
    -- of a customer that was lost, what its returns and credits took away beyond its base
    cast(case bridge.movement when 'other' then bridge.current_amount when 'lost' then bridge.current_amount else 0 end as decimal(18, 4)) as other_amount,
    cast(bridge.current_amount as decimal(18, 4)) as current_amount
from bridge
left join {{ ref('customer_accounts') }} as accounts
    on bridge.customer_id = accounts.customer_id
