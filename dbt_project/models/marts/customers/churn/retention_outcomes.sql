with

actions as (

    select
        actions.*,
        links.customer_id as account_id
    from {{ ref('retention_actions') }} as actions
    left join {{ ref('account_links') }} as links
        on
            actions.customer_id = links.system_customer_id
            and {{ valid_on('links', 'actions.started_on') }}
    where actions._removed_at is null

),

-- the churn window of the last month end that was known when it began
windows as (

    select
        actions.*,
        coalesce(months.churn_window_days, {{ var('churn_window_least_days') }}) as window_days
    from actions
    left join {{ ref('customer_months') }} as months
        on
            actions.account_id = months.customer_id
            and months.period_end = cast({{ dbt.date_trunc('month', 'actions.started_on') }} as date)

),

outcomes as (

    select
        windows.*,
        {{ day_after('windows.started_on', 'windows.window_days + 1') }} as known_on
    from windows

),

-- until when earlier actions are waited for: what begins before that is part of the same treatment
treatments as (

    select
        action_id,
        max(known_on) over (
            partition by account_id order by started_on, action_id rows between unbounded preceding and 1 preceding
        ) as earlier_known_on
    from outcomes
    where account_id is not null

),

orders as (

    select
        outcomes.action_id,
        count(*) as order_days
    from outcomes
    inner join {{ ref('order_days') }} as order_days
        on
            outcomes.account_id = order_days.customer_id
            and outcomes.started_on < order_days.ordered_on
            and outcomes.known_on > order_days.ordered_on
    group by outcomes.action_id

)

select
    outcomes.action_id,
    outcomes.account_id as customer_id,
    outcomes.action,
    outcomes.reason,
    outcomes.is_holdout,
    outcomes.started_on,
    cast(outcomes.window_days as integer) as window_days,
    outcomes.known_on,
    case
        when outcomes.account_id is not null and outcomes.known_on <= this_build.as_of_on then orders.action_id is not null
    end as is_active_afterwards,
    coalesce(treatments.earlier_known_on <= outcomes.started_on, treatments.action_id is not null) as is_first_in_window,
    outcomes._system,
    outcomes._file_id,
    outcomes._row
from outcomes
cross join {{ source('rapport', 'this_build') }} as this_build
left join orders
    on outcomes.action_id = orders.action_id
left join treatments
    on outcomes.action_id = treatments.action_id
