{#- Whole months of history that a period and the same one of the year before take. -#}
{%- set months_needed = {'month': 13, 'quarter': 15, 'year': 24} -%}
with

periods as (

    select
        grain,
        period_start,
        period_end
    from {{ ref('closed_periods') }}
    where
        months_of_history >= case grain
            {%- for grain, months in months_needed.items() %} when '{{ grain }}' then {{ months }}{% endfor %}
        end

),

windows as (

    select
        grain,
        period_end,
        period_start as starts_on,
        period_end as ends_on,
        false as is_base
    from periods

    union all

    select
        grain,
        period_end,
        {{ day_after('period_start', -12, 'month') }} as starts_on,
        {{ day_after('period_end', -12, 'month') }} as ends_on,
        true as is_base
    from periods

),

months as (

    select
        kind,
        product_id,
        currency,
        cast({{ dbt.date_trunc('month', 'day') }} as date) as month_start,
        sum(quantity) as quantity,
        sum(amount) as amount,
        sum(original_amount) as original_amount
    from {{ ref('product_days') }}
    group by kind, product_id, currency, cast({{ dbt.date_trunc('month', 'day') }} as date)

),

cells as (

    select
        windows.grain,
        windows.period_end,
        months.kind,
        months.product_id,
        months.currency,
        sum(case when windows.is_base then 0 else months.quantity end) as quantity,
        sum(case when windows.is_base then 0 else months.amount end) as amount,
        sum(case when windows.is_base then 0 else months.original_amount end) as original_amount,
        sum(case when windows.is_base then months.quantity else 0 end) as base_quantity,
        sum(case when windows.is_base then months.amount else 0 end) as base_amount,
        sum(case when windows.is_base then months.original_amount else 0 end) as base_original_amount
    from windows
    inner join months
        on
            windows.starts_on <= months.month_start
            and windows.ends_on > months.month_start
    group by windows.grain, windows.period_end, months.kind, months.product_id, months.currency

),

-- the rate at which a currency was worth money in the base: of the product itself, else of all sales in the currency
rated as (

    select
        *,
        coalesce(
            case when kind = 'sale' then cast(base_amount as double) / nullif(cast(base_original_amount as double), 0) end,
            cast(sum(case when kind = 'sale' then base_amount else 0 end) over (partition by grain, period_end, currency) as double)
            / nullif(cast(sum(case when kind = 'sale' then base_original_amount else 0 end) over (partition by grain, period_end, currency) as double), 0)
        ) as base_rate,
        cast(sum(quantity) over (partition by grain, period_end) as double)
        / nullif(cast(sum(base_quantity) over (partition by grain, period_end) as double), 0) as growth_of_units,
        cast(base_amount as double) / nullif(cast(base_quantity as double), 0) as base_price
    from cells

),

currency_told as (

    select
        *,
        cast(round(
            case
                when currency = '{{ var('currency') }}' then 0
                else coalesce(amount - cast(original_amount as double) * base_rate, 0)
            end,
            4
        ) as decimal(18, 4)) as currency_effect,
        cast(round(case when kind = 'sale' then coalesce(cast(base_amount as double) * (growth_of_units - 1), 0) else 0 end, 4) as decimal(18, 4))
            as volume_effect
    from rated

),

-- a price needs units in both periods: what was sold in one of them only has none to compare with
price_told as (

    select
        *,
        cast(round(
            case
                when kind = 'sale' and quantity > 0 and base_quantity > 0
                    then amount - currency_effect - cast(quantity as double) * base_price
                else 0
            end,
            4
        ) as decimal(18, 4)) as price_effect
    from currency_told

)

select
    grain,
    period_end,
    kind,
    product_id,
    currency,
    cast(base_quantity as decimal(18, 4)) as base_quantity,
    cast(quantity as decimal(18, 4)) as quantity,
    cast(base_amount as decimal(18, 4)) as base_amount,
    volume_effect,
    -- what is left, so that the steps add up to the last digit
    cast(case when kind = 'sale' then amount - base_amount - volume_effect - price_effect - currency_effect else 0 end as decimal(18, 4)) as mix_effect,
    price_effect,
    currency_effect,
    cast(case when kind = 'sale' then 0 else amount - base_amount - currency_effect end as decimal(18, 4)) as deductions_effect,
    cast(amount as decimal(18, 4)) as current_amount
from price_told
