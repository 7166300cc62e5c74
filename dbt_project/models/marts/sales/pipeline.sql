with

opportunities as (

    select * from {{ ref('sales_opportunities') }}

),

stage_days as (

    select
        opportunity_id,
        stage,
        {{ local_date('entered_at') }} as entered_on,
        entered_at
    from {{ ref('opportunity_stages') }}
    where _removed_at is null

),

in_sight as (

    select
        periods.grain,
        periods.period_end,
        opportunities.*,
        -- one that was closed on a day that nobody knows is in neither
        opportunities.created_on < periods.period_end
        and (opportunities.status = 'open' or opportunities.closed_on >= periods.period_end) as is_open
    from {{ ref('stock_periods') }} as periods
    inner join opportunities
        on
            periods.period_end > opportunities.created_on
            and (
                opportunities.status = 'open'
                or opportunities.closed_on >= {{ day_after('periods.period_end', -12, 'month') }}
            )

),

stages_then as (

    select
        in_sight.grain,
        in_sight.period_end,
        in_sight.opportunity_id,
        stage_days.stage,
        stages.probability,
        -- of stages entered at once the furthest ahead is the last
        row_number() over (
            partition by in_sight.grain, in_sight.period_end, in_sight.opportunity_id
            order by stage_days.entered_at desc, coalesce(stages.probability, -1) desc, stage_days.stage
        ) as turn
    from in_sight
    inner join stage_days
        on
            in_sight.opportunity_id = stage_days.opportunity_id
            and in_sight.period_end > stage_days.entered_on
    left join {{ ref('pipeline_stages') }} as stages
        on stage_days.stage = stages.stage
    where in_sight.is_open

),

-- today's probability is that of then only where the stage is; an opportunity without a history of stages that is open still has no other
weighed as (

    select
        in_sight.*,
        coalesce(stages_then.stage, case when in_sight.status = 'open' then in_sight.stage end) as stage_then,
        case
            when not in_sight.is_open then null
            when in_sight.status = 'open' and coalesce(stages_then.stage = in_sight.stage, true) then coalesce(in_sight.probability, stages_then.probability)
            else stages_then.probability
        end as probability_then
    from in_sight
    left join stages_then
        on
            in_sight.grain = stages_then.grain
            and in_sight.period_end = stages_then.period_end
            and in_sight.opportunity_id = stages_then.opportunity_id
            and stages_then.turn = 1

)

select
    grain,
    period_end,
    opportunity_id,
    customer_id,
    product_id,
    seller_id,
    source,
    case when is_open then stage_then end as stage,
    is_open,
    coalesce(not is_open and status = 'won', false) as is_won,
    coalesce(amount, 0) as amount,
    probability_then as probability,
    cast(round(coalesce(amount, 0) * probability_then, 4) as decimal(18, 4)) as weighted_amount,
    case when not is_open and status = 'won' then days_to_close end as days_to_close
from weighed
