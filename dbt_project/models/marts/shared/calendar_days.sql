with

this_build as (

    select * from {{ source('rapport', 'this_build') }}

),

days as (

    select
        {{ every_day(
            day_after("cast('" ~ var('history_starts_on') ~ "' as date)", -10, 'year'),
            day_after('this_build.as_of_on', 2, 'year')
        ) }} as day
    from this_build

),

exceptions as (

    select * from {{ ref('calendar') }}
    where country = '{{ var('country') }}'

)

select
    days.day,
    coalesce(exceptions.is_business_day, {{ is_weekday('days.day') }}) as is_business_day,
    days.day < this_build.as_of_on as is_past,
    exceptions.name as day_name
from days
cross join this_build
left join exceptions on days.day = exceptions.day
