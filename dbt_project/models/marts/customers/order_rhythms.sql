-- Gaps are counted by length, so that a cell's percentiles cost its different lengths and not its orders.
with

period_ends as (

    select period_end from {{ ref('closed_periods') }}
    where grain = 'month'

),

gaps as (

    select
        attributes.industry,
        attributes.company_size,
        gaps.ordered_on,
        gaps.days,
        gaps.business_days
    from {{ ref('order_gaps') }} as gaps
    left join {{ ref('account_history') }} as attributes
        on
            gaps.customer_id = attributes.customer_id
            and {{ valid_on('attributes', 'gaps.ordered_on') }}
    where gaps.days is not null

),

lengths as (

    select
        {{ month_end_after('ordered_on') }} as known_on,
        industry,
        company_size,
        'days' as unit,
        days as length,
        count(*) as gaps
    from gaps
    group by {{ month_end_after('ordered_on') }}, industry, company_size, days

    union all

    select
        {{ month_end_after('ordered_on') }} as known_on,
        industry,
        company_size,
        'business_days' as unit,
        business_days as length,
        count(*) as gaps
    from gaps
    group by {{ month_end_after('ordered_on') }}, industry, company_size, business_days

),

-- each cell of industry and size where both are known, and everybody together
cells as (

    select
        concat(industry, ' / ', company_size) as cell,
        known_on,
        unit,
        length,
        gaps
    from lengths
    where
        industry is not null
        and company_size is not null

    union all

    select
        'all' as cell,
        known_on,
        unit,
        length,
        gaps
    from lengths

),

known as (

    select
        period_ends.period_end,
        cells.cell,
        cells.unit,
        cells.length,
        sum(cells.gaps) as gaps
    from period_ends
    inner join cells on period_ends.period_end >= cells.known_on
    group by period_ends.period_end, cells.cell, cells.unit, cells.length

),

ranked as (

    select
        *,
        sum(gaps) over (partition by period_end, cell, unit order by length rows unbounded preceding) as gaps_up_to,
        sum(gaps) over (partition by period_end, cell, unit) as all_gaps
    from known

)

select
    period_end,
    cell,
    cast(max(all_gaps) as bigint) as gaps,
    cast(min(case when unit = 'business_days' and 100 * gaps_up_to >= 80 * all_gaps then length end) as integer) as p80,
    cast(min(case when unit = 'business_days' and 100 * gaps_up_to >= 95 * all_gaps then length end) as integer) as p95,
    -- of an even number the middle between the two in the middle
    cast((
        min(case when unit = 'days' and 2 * gaps_up_to >= all_gaps then length end)
        + min(case when unit = 'days' and 2 * gaps_up_to > all_gaps then length end)
    ) / 2.0 as double) as median_days
from ranked
group by period_end, cell
