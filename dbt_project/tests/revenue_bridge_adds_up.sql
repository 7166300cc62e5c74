-- Per month end: the steps lead from the base of net revenue retention to the net revenue of 12 months, and retain what retention retains.
with

bridge as (

    select
        period_end,
        sum(base_amount) as base,
        sum(expansion_amount + contraction_amount + lost_amount) as change_of_base,
        sum(new_amount + reactivated_amount + other_amount) as beside_base,
        sum(current_amount) as current_total
    from {{ ref('revenue_bridge') }}
    group by period_end

),

retention as (

    select
        period_end,
        sum(base_amount) as base,
        sum(retained_amount) as retained
    from {{ ref('revenue_retention') }}
    group by period_end

),

revenue as (

    select
        bridge.period_end,
        sum(movements.amount) as amount
    from bridge
    inner join {{ ref('revenue_movements') }} as movements
        on
            bridge.period_end > movements.day
            and movements.day >= {{ day_after('bridge.period_end', -12, 'month') }}
    group by bridge.period_end

)

select
    bridge.*,
    retention.base as retention_base,
    retention.retained,
    revenue.amount as net_revenue
from bridge
left join retention
    on bridge.period_end = retention.period_end
left join revenue
    on bridge.period_end = revenue.period_end
where
    bridge.base != coalesce(retention.base, 0)
    or bridge.base + bridge.change_of_base != coalesce(retention.retained, 0)
    or bridge.base + bridge.change_of_base + bridge.beside_base != coalesce(revenue.amount, 0)
    or bridge.current_total != coalesce(revenue.amount, 0)
