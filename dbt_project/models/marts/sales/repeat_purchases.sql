{%- set windows = [30, 60, 90] -%}
with

-- the 365 days before must lie within the history
period_ends as (

    select
        grain,
        period_end,
        {{ day_after('period_end', -365) }} as starts_on
    from {{ ref('closed_periods') }}
    where
        grain = 'month'
        and months_of_history >= 12

),

order_days as (

    select
        customer_id,
        ordered_on,
        lag(ordered_on) over (partition by customer_id order by ordered_on) as previous_ordered_on,
        lead(ordered_on) over (partition by customer_id order by ordered_on) as next_ordered_on
    from {{ ref('order_days') }}

),

-- each customer's last order day before a period's end
last_days as (

    select
        period_ends.grain,
        period_ends.period_end,
        period_ends.starts_on,
        order_days.customer_id,
        coalesce(order_days.previous_ordered_on >= period_ends.starts_on, false) as is_repeat
    from period_ends
    inner join order_days
        on
            period_ends.starts_on <= order_days.ordered_on
            and period_ends.period_end > order_days.ordered_on
            and (order_days.next_ordered_on is null or period_ends.period_end <= order_days.next_ordered_on)

),

-- only who is known to be new has a first order day that is known to be the first
newcomers as (

    select
        firsts.customer_id,
        firsts.ordered_on as first_ordered_on,
        order_days.next_ordered_on as second_ordered_on,
        {{ dbt.datediff('firsts.ordered_on', 'order_days.next_ordered_on', 'day') }} as days_to_second
    from {{ ref('order_days') }} as firsts
    inner join order_days
        on
            firsts.customer_id = order_days.customer_id
            and firsts.ordered_on = order_days.ordered_on
    where firsts.is_new

)

select
    last_days.grain,
    last_days.period_end,
    last_days.customer_id,
    last_days.is_repeat,
    {%- for days in windows %}
    coalesce(
        newcomers.first_ordered_on >= last_days.starts_on
        and {{ day_after('newcomers.first_ordered_on', days) }} < last_days.period_end,
        false
    ) as is_newcomer_of_{{ days }}_days,
    coalesce(
        newcomers.first_ordered_on >= last_days.starts_on
        and {{ day_after('newcomers.first_ordered_on', days) }} < last_days.period_end
        and newcomers.days_to_second <= {{ days }},
        false
    ) as is_back_within_{{ days }}_days,
    {%- endfor %}
    cast(case
        when newcomers.second_ordered_on >= last_days.starts_on and newcomers.second_ordered_on < last_days.period_end
            then newcomers.days_to_second
    end as integer) as days_to_second
from last_days
left join newcomers
    on last_days.customer_id = newcomers.customer_id
