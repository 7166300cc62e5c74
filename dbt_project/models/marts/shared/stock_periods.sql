with

this_build as (

    select as_of_on from {{ source('rapport', 'this_build') }}

),

-- 1 January 1900 was a Monday
weeks as (

    select
        days.day as period_start,
        {{ day_after('days.day', 7) }} as period_end
    from {{ ref('calendar_days') }} as days
    where
        mod({{ dbt.datediff("cast('1900-01-01' as date)", 'days.day', 'day') }}, 7) = 0
        and days.day >= cast('{{ var('history_starts_on') }}' as date)

),

closed_weeks as (

    select
        weeks.period_start,
        weeks.period_end
    from weeks
    cross join this_build
    where
        weeks.period_end <= this_build.as_of_on
        and weeks.period_end > {{ day_after('this_build.as_of_on', '-7 * ' ~ var('stock_weeks')) }}

)

select
    grain,
    period_start,
    period_end
from {{ ref('closed_periods') }}

union all

select
    'week' as grain,
    period_start,
    period_end
from closed_weeks
