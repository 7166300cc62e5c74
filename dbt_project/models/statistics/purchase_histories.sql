with

period_ends as (

    select
        grain,
        period_end,
        least(365, cast(floor({{ dbt.datediff("cast('" ~ var('history_starts_on') ~ "' as date)", 'period_end', 'day') }} / 2.0) as integer)) as holdout_days,
        row_number() over (order by period_end desc) as recency
    from {{ ref('closed_periods') }}
    where
        grain = 'month'
        and months_of_history >= 12

),

samples as (

    select
        grain,
        period_end,
        'all' as sample,
        holdout_days,
        period_end as known_until
    from period_ends
    where recency <= {{ var('statistics_months') }}

    union all

    select
        grain,
        period_end,
        'calibration' as sample,
        holdout_days,
        cast({{ dbt.dateadd('day', '-holdout_days', 'period_end') }} as date) as known_until
    from period_ends
    where recency <= {{ var('statistics_months') }}

),

-- whose business is agreed for a year: how often they order says nothing about whether they stay
contractual as (

    select distinct
        samples.period_end,
        terms.customer_id
    from samples
    inner join {{ ref('contract_terms') }} as terms
        on
            samples.period_end > terms.starts_on
            and (terms.ends_on is null or terms.ends_on >= samples.period_end)
    where
        terms.customer_id is not null
        and terms.annual_amount > 0

),

sold_days as (

    select
        customer_id,
        ordered_on,
        sum(amount) as amount,
        sum(case when cost is not null then amount else 0 end) as costed_amount,
        sum(amount - cost) as margin
    from {{ ref('sales_lines') }}
    where customer_id is not null
    group by customer_id, ordered_on

),

coverages as (

    select
        samples.period_end,
        sum(sold_days.costed_amount) / nullif(sum(sold_days.amount), 0) as cost_coverage
    from samples
    inner join sold_days
        on samples.period_end > sold_days.ordered_on
    where samples.sample = 'all'
    group by samples.period_end

),

days as (

    select
        samples.grain,
        samples.period_end,
        samples.sample,
        samples.holdout_days,
        samples.known_until,
        order_days.customer_id,
        order_days.ordered_on,
        order_days.ordered_on < samples.known_until as is_known,
        order_days.is_first_ever,
        coverages.cost_coverage >= {{ var('cost_coverage_least') }} / 100.0 as is_margin,
        case when coverages.cost_coverage >= {{ var('cost_coverage_least') }} / 100.0 then sold_days.margin else sold_days.amount end as value
    from samples
    inner join {{ ref('order_days') }} as order_days
        on samples.period_end > order_days.ordered_on
    left join sold_days
        on
            order_days.customer_id = sold_days.customer_id
            and order_days.ordered_on = sold_days.ordered_on
    left join coverages
        on samples.period_end = coverages.period_end

),

histories as (

    select
        grain,
        period_end,
        sample,
        holdout_days,
        known_until,
        customer_id,
        sum(case when is_known then 1 else 0 end) as order_days,
        min(ordered_on) as first_ordered_on,
        max(case when is_known then ordered_on end) as last_ordered_on,
        sum(case when is_known and not is_first_ever then value end) as repeat_value,
        sum(case when is_known then 0 else 1 end) as later_order_days,
        max(case when is_margin then 1 else 0 end) as is_margin
    from days
    group by grain, period_end, sample, holdout_days, known_until, customer_id
    having sum(case when is_known then 1 else 0 end) > 0

)

select
    histories.grain,
    histories.period_end,
    histories.sample,
    histories.holdout_days,
    histories.customer_id,
    histories.order_days - 1 as frequency,
    {{ dbt.datediff('histories.first_ordered_on', 'histories.last_ordered_on', 'day') }} as recency,
    {{ dbt.datediff('histories.first_ordered_on', 'histories.known_until', 'day') }} - 1 as age,
    cast(histories.repeat_value / nullif(histories.order_days - 1.0, 0) as double) as mean_value,
    histories.later_order_days,
    histories.is_margin = 1 as is_margin
from histories
left join contractual
    on
        histories.period_end = contractual.period_end
        and histories.customer_id = contractual.customer_id
where contractual.customer_id is null
