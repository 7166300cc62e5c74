with

made as (

    select
        *,
        {{ day_after('made_on', 'lead - 1', 'month') }} as month_start
    from {{ ref('revenue_months_forecast') }}

),

newest as (

    select
        max(made.made_on) as made_on,
        min(made.made_on) as first_made_on
    from made

),

movements as (

    select
        movements.day,
        movements.amount
    from {{ ref('revenue_movements') }} as movements
    cross join {{ source('rapport', 'this_build') }} as this_build
    where movements.day < this_build.as_of_on

),

-- what came is known up to the last day on which anything came
known as (

    select {{ day_after('max(day)', 1) }} as known_until from movements

),

actuals as (

    select
        cast({{ dbt.date_trunc('month', 'day') }} as date) as month_start,
        sum(amount) as amount
    from movements
    group by cast({{ dbt.date_trunc('month', 'day') }} as date)

),

calendar_months as (

    select
        cast({{ dbt.date_trunc('month', 'days.day') }} as date) as month_start,
        sum(case when days.is_business_day then 1 else 0 end) as business_days,
        sum(case when days.is_business_day and days.day >= known.known_until then 1 else 0 end) as business_days_left
    from {{ ref('calendar_days') }} as days
    cross join known
    cross join newest
    where
        days.day >= newest.first_made_on
        and days.day < {{ day_after('newest.made_on', 12, 'month') }}
    group by cast({{ dbt.date_trunc('month', 'days.day') }} as date)

),

months as (

    select
        calendar_months.month_start,
        {{ day_after('calendar_months.month_start', 1, 'month') }} as month_end,
        calendar_months.month_start < newest.made_on as is_closed,
        coalesce(actuals.amount, 0) as actual,
        -- the part of the month that is still to come, by its business days
        case
            when calendar_months.month_start < newest.made_on then 0
            else calendar_months.business_days_left / nullif(1.0 * calendar_months.business_days, 0)
        end as part_left
    from calendar_months
    cross join newest
    left join actuals
        on calendar_months.month_start = actuals.month_start

),

grains as (

    select
        'month' as grain,
        1 as months_of_grain,
        month_start,
        month_start as period_start
    from months

    union all

    select
        'quarter' as grain,
        3 as months_of_grain,
        month_start,
        cast({{ dbt.date_trunc('quarter', 'month_start') }} as date) as period_start
    from months

    union all

    select
        'year' as grain,
        12 as months_of_grain,
        month_start,
        cast({{ dbt.date_trunc('year', 'month_start') }} as date) as period_start
    from months

),

-- a period is forecast when it begins; one that has not begun, now
forecasts as (

    select
        grains.grain,
        grains.period_start,
        max(months.month_end) as period_end,
        max(case when months.is_closed then 0 else 1 end) = 0 as is_closed,
        min(at_start.made_on) as made_on,
        min(at_start.method) as method,
        sum(at_start.forecast) as forecast,
        sum(at_start.low) as low,
        sum(at_start.high) as high,
        sum(at_start.naive) as naive,
        sum(months.actual) as actual,
        sum(months.actual + months.part_left * coalesce(now.forecast, 0)) as expected_landing,
        sum(months.actual + months.part_left * coalesce(now.low, 0)) as landing_low,
        sum(months.actual + months.part_left * coalesce(now.high, 0)) as landing_high
    from grains
    inner join months
        on grains.month_start = months.month_start
    cross join newest
    left join made as at_start
        on
            months.month_start = at_start.month_start
            and at_start.made_on = least(grains.period_start, newest.made_on)
    left join made as now
        on
            months.month_start = now.month_start
            and now.made_on = newest.made_on
    group by grains.grain, grains.period_start, grains.months_of_grain
    having count(*) = grains.months_of_grain

),

-- judged over a year, at one lead
judged as (

    select
        forecasts.period_end,
        count(*) as months_judged,
        sum(abs(months.actual)) as actual_12m,
        sum(abs(made.forecast - months.actual)) as abs_error_12m,
        sum(made.forecast - months.actual) as error_12m,
        sum(abs(made.naive - months.actual)) as naive_abs_error_12m,
        sum(made.naive - months.actual) as naive_error_12m,
        sum(case when made.low is not null then 1 else 0 end) as months_with_interval,
        sum(case when months.actual between made.low and made.high then 1 else 0 end) as months_within
    from forecasts
    inner join months
        on
            forecasts.period_end >= months.month_end
            and months.month_end > {{ day_after('forecasts.period_end', -12, 'month') }}
    inner join made
        on months.month_start = made.month_start
    where
        forecasts.grain = 'month'
        and forecasts.is_closed
        and made.lead = {{ var('forecast_lead_months') }}
    group by forecasts.period_end

)

select
    forecasts.grain,
    forecasts.period_end,
    forecasts.is_closed,
    forecasts.made_on,
    forecasts.method,
    cast(forecasts.forecast as decimal(18, 4)) as forecast,
    cast(forecasts.low as decimal(18, 4)) as low,
    cast(forecasts.high as decimal(18, 4)) as high,
    cast(forecasts.naive as decimal(18, 4)) as naive,
    cast(forecasts.actual as decimal(18, 4)) as actual,
    cast(forecasts.expected_landing as decimal(18, 4)) as expected_landing,
    cast(forecasts.landing_low as decimal(18, 4)) as landing_low,
    cast(forecasts.landing_high as decimal(18, 4)) as landing_high,
    cast(judged.months_judged as integer) as months_judged,
    cast(judged.actual_12m as decimal(18, 4)) as actual_12m,
    cast(judged.abs_error_12m as decimal(18, 4)) as abs_error_12m,
    cast(judged.error_12m as decimal(18, 4)) as error_12m,
    cast(judged.naive_abs_error_12m as decimal(18, 4)) as naive_abs_error_12m,
    cast(judged.naive_error_12m as decimal(18, 4)) as naive_error_12m,
    cast(judged.months_with_interval as integer) as months_with_interval,
    cast(judged.months_within as integer) as months_within
from forecasts
left join judged
    on
        forecasts.grain = 'month'
        and forecasts.period_end = judged.period_end
where forecasts.forecast is not null
