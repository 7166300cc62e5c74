with

this_build as (

    select as_of_on from {{ source('rapport', 'this_build') }}

),

months as (

    select
        day as period_start,
        {{ day_after('day', 1, 'month') }} as period_end
    from {{ ref('calendar_days') }}
    where
        extract(day from day) = 1
        and day >= cast('{{ var('history_starts_on') }}' as date)

),

closed_months as (

    select
        months.period_start,
        months.period_end,
        row_number() over (order by months.period_start) as months_of_history
    from months
    cross join this_build
    where months.period_end <= this_build.as_of_on

),

-- a quarter or a year is closed when all of its months are, and lie within the history
closed_quarters as (

    select
        min(period_start) as period_start,
        max(period_end) as period_end,
        max(months_of_history) as months_of_history
    from closed_months
    group by {{ dbt.date_trunc('quarter', 'period_start') }}
    having count(*) = 3

),

closed_years as (

    select
        min(period_start) as period_start,
        max(period_end) as period_end,
        max(months_of_history) as months_of_history
    from closed_months
    group by {{ dbt.date_trunc('year', 'period_start') }}
    having count(*) = 12

),

closed_periods as (

    select 'month' as grain, * from closed_months
    union all
    select 'quarter' as grain, * from closed_quarters
    union all
    select 'year' as grain, * from closed_years

)

select
    grain,
    period_start,
    period_end,
    cast(months_of_history as integer) as months_of_history
from closed_periods
