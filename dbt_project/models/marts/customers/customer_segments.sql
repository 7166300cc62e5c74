{%- set peers = 'period_end, is_scored' %}
{# SQLFluff cannot follow the indentation of the loops. #}
-- noqa: disable=LT02
with

customer_months as (

    select
        *,
        months_of_history >= 12 as is_told,
        months_of_history >= 12 and order_days_365 > 0 as is_scored,
        -{{ dbt.datediff('last_ordered_on', 'period_end', 'day') }} as recency,
        case
            when months_of_history >= 24 and revenue_365_before > 0
                then cast(revenue_365 as double) / cast(revenue_365_before as double) - 1
        end as growth,
        -- greatest() would take a missing estimate for nothing
        case when estimated_annual_spend is not null then greatest(estimated_annual_spend - revenue_365, 0) end as potential
    from {{ ref('customer_months') }}

),

-- Cut-offs hold for a year: those of the last month end before a fiscal year; before there is one, those of the first month end that has customers.
month_ends as (

    select
        period_end,
        row_number() over (order by period_end) = 1
        or extract(month from period_end) = {{ var('fiscal_year_starts') }} as is_frozen
    from (
        select distinct period_end from customer_months
        where is_scored
    ) as scored_month_ends

),

freezes as (

    select
        period_end,
        coalesce(
            max(case when is_frozen then period_end end) over (order by period_end rows between unbounded preceding and 1 preceding),
            period_end
        ) as frozen_at
    from month_ends

),

scored_at_freezes as (

    select
        customer_months.period_end,
        customer_months.recency,
        customer_months.order_days_365,
        customer_months.revenue_365,
        {{ score_of_five('customer_months.recency', 'customer_months.period_end') }} as r_score,
        {{ score_of_five('customer_months.order_days_365', 'customer_months.period_end') }} as f_score,
        {{ score_of_five('customer_months.revenue_365', 'customer_months.period_end') }} as m_score
    from customer_months
    inner join month_ends on customer_months.period_end = month_ends.period_end
    where
        customer_months.is_scored
        and month_ends.is_frozen

),

cut_offs as (

    select
        period_end,
        {%- for score in [2, 3, 4, 5] %}
        min(case when r_score >= {{ score }} then recency end) as r_{{ score }},
        min(case when f_score >= {{ score }} then order_days_365 end) as f_{{ score }},
        min(case when m_score >= {{ score }} then revenue_365 end) as m_{{ score }}{{ "," if not loop.last }}
        {%- endfor %}
    from scored_at_freezes
    group by period_end

),

tier_rules as (

    select
        max(case when input = 'revenue' then weight end) as revenue_weight,
        max(case when input = 'margin' then weight end) as margin_weight,
        max(case when input = 'growth' then weight end) as growth_weight,
        max(case when input = 'potential' then weight end) as potential_weight,
        max(case when input = 'strategic_fit' then weight end) as strategic_fit_weight
    from {{ ref('tier_weights') }}

),

tier_from as (

    select
        max(case when tier = 'gold' then from_score end) as gold_from,
        max(case when tier = 'silver' then from_score end) as silver_from
    from {{ ref('tier_cut_offs') }}

),

ranked as (

    select
        *,
        case when is_scored then {{ mid_rank('revenue_365', peers) }} end as revenue_rank,
        case when is_scored then {{ mid_rank('margin_365', peers) }} end as margin_rank,
        case when is_scored then {{ mid_rank('growth', peers) }} end as growth_rank,
        case when is_scored then {{ mid_rank('potential', peers) }} end as potential_rank,
        case when is_scored then {{ mid_rank('strategic_fit', peers) }} end as strategic_fit_rank,
        sum(greatest(revenue_365, 0)) over (partition by period_end order by revenue_365 desc)
        - greatest(revenue_365, 0) * count(*) over (partition by period_end, revenue_365) as better_revenue,
        sum(greatest(revenue_365, 0)) over (partition by period_end) as all_revenue
    from customer_months

),

tier_scores as (

    select
        ranked.*,
        case
            when revenue_365 <= 0 then 'C'
            when 100 * better_revenue < 80 * all_revenue then 'A'
            when 100 * better_revenue < 95 * all_revenue then 'B'
            else 'C'
        end as abc_class,
        100 * (
            coalesce(revenue_rank * revenue_weight, 0) + coalesce(margin_rank * margin_weight, 0) + coalesce(growth_rank * growth_weight, 0)
            + coalesce(potential_rank * potential_weight, 0) + coalesce(strategic_fit_rank * strategic_fit_weight, 0)
        ) / nullif(
            case when revenue_rank is null then 0 else revenue_weight end + case when margin_rank is null then 0 else margin_weight end
            + case when growth_rank is null then 0 else growth_weight end + case when potential_rank is null then 0 else potential_weight end
            + case when strategic_fit_rank is null then 0 else strategic_fit_weight end, 0
        ) as tier_score
    from ranked
    cross join tier_rules

),

computed_tiers as (

    select
        tier_scores.*,
        case
            when not is_told or last_ordered_on is null then null
            when tier_score >= gold_from then 3
            when tier_score >= silver_from then 2
            else 1
        end as computed_tier
    from tier_scores
    cross join tier_from

),

-- The better one of the last two month ends: up at once, and down only when two in a row say so.
held_tiers as (

    select
        *,
        greatest(computed_tier, lag(computed_tier) over (partition by customer_id order by period_end)) as held_tier
    from computed_tiers

),

scored as (

    select
        held_tiers.*,
        freezes.frozen_at,
        case when is_scored then {{ score_by_cut_offs('recency', 'r') }} end as r_score,
        case when is_scored then {{ score_by_cut_offs('order_days_365', 'f') }} end as f_score,
        case when is_scored then {{ score_by_cut_offs('revenue_365', 'm') }} end as m_score,
        coalesce(manual_tier, case held_tier when 3 then 'gold' when 2 then 'silver' when 1 then 'bronze' end) as tier
    from held_tiers
    left join freezes on held_tiers.period_end = freezes.period_end
    left join cut_offs on freezes.frozen_at = cut_offs.period_end

),

staged as (

    select
        *,
        case
            when last_ordered_on is null then 'prospect'
            when returned_on >= {{ day_after('period_end', '-' ~ var('won_back_days')) }} then 'won_back'
            when activity_class = 'lost' then 'lost'
            when order_days = 1 then 'first'
            when revenue_180 < {{ var('declining_below') }} * revenue_180_before then 'declining'
            -- nothing in two half-years is the worst trend, not none
            when last_ordered_on < {{ day_after('period_end', -360) }} then 'declining'
            when f_score >= 4 and r_score >= 3 then 'loyal'
            else 'growing'
        end as lifecycle_stage,
        case
            when last_ordered_on is null then null
            when abc_class = 'A' then 'high'
            when growth >= {{ var('value_growth') }} or (growth is null and abc_class = 'B') then 'potential'
            else 'low'
        end as value_class,
        coalesce(
            is_scored and abc_class in ('B', 'C') and not coalesce(is_key_account, false)
            and (growth_rank >= 0.8 or potential_rank >= 0.8), false
        ) as is_key_account_candidate,
        last_ordered_on >= {{ day_after('period_end', '-churn_window_days') }} as is_within_churn_window
    from scored

),

periods as (

    select
        grain,
        period_start,
        period_end
    from {{ ref('closed_periods') }}

),

grained as (

    select
        periods.grain,
        periods.period_start as grain_start,
        staged.*,
        lag(is_told) over history as was_told,
        lag(is_scored) over history as was_scored,
        lag(recency) over history as recency_before,
        lag(order_days_365) over history as order_days_365_before,
        lag(last_ordered_on) over history as last_ordered_on_before,
        lag(tier) over history as tier_before,
        lag(lifecycle_stage) over history as lifecycle_stage_before,
        coalesce(lag(is_within_churn_window) over history, false) as was_active_at_start,
        lag(churn_window_days) over history as churn_window_at_start
    from staged
    inner join periods on staged.period_end = periods.period_end
    window history as (partition by periods.grain, staged.customer_id order by staged.period_end)

),

-- who was where before is told by the cut-offs of now, so that new cut-offs move nobody
rescored as (

    select
        grained.*,
        case when was_told and was_scored then {{ score_by_cut_offs('recency_before', 'r') }} end as r_score_before,
        case when was_told and was_scored then {{ score_by_cut_offs('order_days_365_before', 'f') }} end as f_score_before
    from grained
    left join cut_offs on grained.frozen_at = cut_offs.period_end

),

-- A contract runs at the start when it held on the day before, and has ended with its first day without: so one that is renewed on the day after its
-- last is never missing, and its renewal is known when the period is closed.
contract_periods as (

    select
        periods.grain,
        periods.period_end,
        terms.customer_id,
        count(*) as contracts_at_start,
        sum(case
            when terms.ends_on < {{ day_after('periods.period_end', -1) }} and not terms.is_renewed then 1
            else 0
        end) as contracts_ended
    from periods
    inner join {{ ref('contract_terms') }} as terms
        on
            periods.period_start > terms.starts_on
            and (terms.ends_on is null or terms.ends_on >= {{ day_after('periods.period_start', -1) }})
    group by periods.grain, periods.period_end, terms.customer_id

)

select
    rescored.grain,
    rescored.period_end,
    rescored.customer_id,
    rescored.last_ordered_on,
    cast(-rescored.recency as integer) as recency_days,
    rescored.order_days_365,
    rescored.revenue_365,
    cast(rescored.r_score as integer) as r_score,
    cast(rescored.f_score as integer) as f_score,
    cast(rescored.m_score as integer) as m_score,
    coalesce(segments.segment, 'inactive') as segment,
    case when rescored.was_told then coalesce(segments_before.segment, 'inactive') end as segment_before,
    rescored.abc_class,
    cast(rescored.tier_score as double) as tier_score,
    rescored.tier,
    case when rescored.was_told then rescored.tier_before end as tier_before,
    rescored.activity_class,
    rescored.business_days_silent,
    rescored.lifecycle_stage,
    case when rescored.was_told then rescored.lifecycle_stage_before end as lifecycle_stage_before,
    cast(rescored.growth as double) as growth,
    rescored.value_class,
    rescored.is_key_account_candidate,
    rescored.estimated_annual_spend,
    rescored.sold,
    rescored.costed,
    rescored.margin,
    rescored.service_cost,
    cast(
        case when 100 * rescored.costed >= {{ var('cost_coverage_least') }} * rescored.sold then rescored.margin - rescored.service_cost end
        as decimal(18, 4)
    ) as historic_value,
    rescored.was_lost_6_months_before,
    rescored.has_returned_within_180_days,
    rescored.churn_window_at_start,
    -- who has a contract is lost with it, whatever it orders
    rescored.was_active_at_start and contract_periods.customer_id is null as was_active_at_start,
    coalesce(
        rescored.was_active_at_start
        and contract_periods.customer_id is null
        and rescored.last_ordered_on < {{ day_after('rescored.period_end', '-rescored.churn_window_at_start') }}, false
    ) as has_churned,
    cast(coalesce(contract_periods.contracts_at_start, 0) as integer) as contracts_at_start,
    cast(coalesce(contract_periods.contracts_ended, 0) as integer) as contracts_ended
from rescored
left join {{ ref('rfm_segments') }} as segments
    on
        rescored.r_score = segments.r_score
        and rescored.f_score = segments.f_score
left join {{ ref('rfm_segments') }} as segments_before
    on
        rescored.r_score_before = segments_before.r_score
        and rescored.f_score_before = segments_before.f_score
left join contract_periods
    on
        rescored.grain = contract_periods.grain
        and rescored.period_end = contract_periods.period_end
        and rescored.customer_id = contract_periods.customer_id
where rescored.is_told
