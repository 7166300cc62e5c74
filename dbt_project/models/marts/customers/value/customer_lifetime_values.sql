with

quality as (

    select
        *,
        -- each month of the next twelve is worth this much less than the one before it: renewed and discounted
        power((terms_renewed / nullif(1.0 * terms_ended, 0)) / (1 + {{ var('clv_discount_rate') }}), 1.0 / 12) as fading
    from {{ ref('value_model_quality') }}

),

by_orders as (

    select
        quality.grain,
        quality.period_end,
        expectations.customer_id,
        'orders' as kind,
        case when quality.orders_reason is null then expectations.p_alive end as p_alive,
        case when quality.orders_reason is null then expectations.expected_orders end as expected_orders,
        case when quality.value_reason is null then expectations.expected_value end as expected_value,
        case when quality.value_reason is null then expectations.discounted_orders * expectations.expected_value end as value,
        case
            when quality.value_reason is not null then quality.value_reason
            when expectations.expected_value is null then 'too_few_order_days'
        end as reason
    from quality
    inner join {{ ref('value_expectations') }} as expectations
        on quality.period_end = cast(expectations.period_end as date)

),

contractual as (

    select distinct
        quality.grain,
        quality.period_end,
        quality.is_margin,
        quality.fading,
        quality.contract_reason,
        terms.customer_id
    from quality
    inner join {{ ref('contract_terms') }} as terms
        on
            quality.period_end > terms.starts_on
            and (terms.ends_on is null or terms.ends_on >= quality.period_end)
    where
        terms.customer_id is not null
        and terms.annual_amount > 0

),

sold as (

    select
        contractual.period_end,
        contractual.customer_id,
        sum(case when contractual.is_margin then sales_lines.amount - sales_lines.cost else sales_lines.amount end) as amount
    from contractual
    inner join {{ ref('sales_lines') }} as sales_lines
        on
            contractual.customer_id = sales_lines.customer_id
            and contractual.period_end > sales_lines.ordered_on
            and sales_lines.ordered_on >= {{ day_after('contractual.period_end', -12, 'month') }}
    group by contractual.period_end, contractual.customer_id

),

by_contract as (

    select
        contractual.grain,
        contractual.period_end,
        contractual.customer_id,
        'contract' as kind,
        cast(null as double) as p_alive,
        cast(null as double) as expected_orders,
        cast(null as double) as expected_value,
        case
            when contractual.contract_reason is null
                then coalesce(sold.amount, 0) / 12.0 * contractual.fading * (1 - power(contractual.fading, 12)) / nullif(1 - contractual.fading, 0)
        end as value,
        contractual.contract_reason as reason
    from contractual
    left join sold
        on
            contractual.period_end = sold.period_end
            and contractual.customer_id = sold.customer_id

),

together as (

    select * from by_orders
    union all
    select * from by_contract

)

select
    grain,
    period_end,
    customer_id,
    kind,
    cast(p_alive as double) as p_alive,
    cast(expected_orders as double) as expected_orders,
    cast(expected_value as decimal(18, 4)) as expected_value,
    cast(value as decimal(18, 4)) as value,
    reason
from together
