-- What systems say of an account, and what is computed of it at each month's end: that holds from the month's first day, and until the next one is closed.
with

history as (

    select * from {{ ref('account_history') }}

),

month_ends as (

    select
        segments.customer_id,
        months.period_start,
        segments.tier,
        segments.segment,
        segments.lifecycle_stage,
        lag(segments.tier) over months_of_account as tier_before,
        lag(segments.segment) over months_of_account as segment_before,
        lag(segments.lifecycle_stage) over months_of_account as lifecycle_stage_before
    from {{ ref('customer_segments') }} as segments
    inner join {{ ref('closed_periods') }} as months
        on
            segments.grain = months.grain
            and segments.period_end = months.period_end
    where segments.grain = 'month'
    window months_of_account as (partition by segments.customer_id order by segments.period_end)

),

computed as (

    select
        customer_id,
        period_start as valid_from,
        lead(period_start) over (partition by customer_id order by period_start) as valid_to,
        tier,
        segment,
        lifecycle_stage
    from month_ends
    where
        tier is distinct from tier_before
        or segment is distinct from segment_before
        or lifecycle_stage is distinct from lifecycle_stage_before

),

starts as (

    select customer_id, valid_from from history
    union
    select computed.customer_id, computed.valid_from from computed
    inner join {{ ref('customers') }} as customers on computed.customer_id = customers.customer_id

),

stretches as (

    select
        customer_id,
        valid_from,
        lead(valid_from) over (partition by customer_id order by valid_from) as valid_to
    from starts

)

select
    stretches.customer_id,
    stretches.valid_from,
    stretches.valid_to,
    history.customer_name,
    history.customer_type,
    history.industry,
    history.company_size,
    history.country,
    history.region,
    history.city,
    history.legal_entity,
    history.is_key_account,
    coalesce(history.parent_customer_id, history.customer_id) as parent_customer_id,
    history.account_manager,
    history.account_manager_name,
    history.team,
    computed.tier,
    computed.segment,
    computed.lifecycle_stage
from stretches
inner join history
    on
        stretches.customer_id = history.customer_id
        and {{ valid_on('history', 'stretches.valid_from') }}
left join computed
    on
        stretches.customer_id = computed.customer_id
        and {{ valid_on('computed', 'stretches.valid_from') }}
