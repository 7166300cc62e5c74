with

own as (

    select
        grain,
        period_end,
        sum(base_amount) as own_base_amount,
        sum(current_amount) as own_amount,
        sum(current_amount - currency_effect) as own_amount_at_base_rates
    from {{ ref('revenue_effects') }}
    group by grain, period_end

),

periods as (

    select
        own.*,
        periods.period_start,
        {{ dbt.datediff('periods.period_start', 'periods.period_end', 'month') }} as months
    from own
    inner join {{ ref('closed_periods') }} as periods
        on
            own.grain = periods.grain
            and own.period_end = periods.period_end

),

market as (

    select
        series,
        period_start as month_start,
        {{ day_after('period_start', 12, 'month') }} as month_start_a_year_on,
        value
    from {{ ref('market_series') }}
    where _removed_at is null

),

-- a month counts where the series knows it and the one of the year before
market_months as (

    select
        months.series,
        months.month_start,
        months.value,
        base.value as base_value
    from market as months
    inner join market as base
        on
            months.series = base.series
            and months.month_start = base.month_start_a_year_on

)

select
    periods.grain,
    periods.period_end,
    market_months.series,
    cast(periods.own_base_amount as decimal(18, 4)) as own_base_amount,
    cast(periods.own_amount as decimal(18, 4)) as own_amount,
    cast(periods.own_amount_at_base_rates as decimal(18, 4)) as own_amount_at_base_rates,
    -- decimals, since sums of doubles depend on the order of adding
    cast(sum(cast(market_months.base_value as decimal(28, 9))) as double) as market_base_value,
    cast(sum(cast(market_months.value as decimal(28, 9))) as double) as market_value
from periods
inner join market_months
    on
        periods.period_start <= market_months.month_start
        and periods.period_end > market_months.month_start
group by
    periods.grain,
    periods.period_end,
    periods.months,
    periods.own_base_amount,
    periods.own_amount,
    periods.own_amount_at_base_rates,
    market_months.series
having count(*) = periods.months
