with

days as (

    select day from {{ ref('calendar_days') }}

),

exceptions as (

    select
        country,
        day,
        is_business_day,
        name
    from {{ ref('calendar') }}

),

hours as (

    select * from {{ ref('office_hours') }}

),

countries as (

    select country from exceptions
    union
    select country from hours where country != '*'
    union
    select '{{ var('country') }}' as country

),

open_hours as (

    select
        countries.country,
        coalesce(own.time_zone, others.time_zone, '{{ var('timezone') }}') as time_zone,
        cast(round(60 * coalesce(own.opens_at_hour, others.opens_at_hour)) as integer) as opens_at_minute,
        cast(round(60 * coalesce(own.closes_at_hour, others.closes_at_hour)) as integer) as closes_at_minute
    from countries
    cross join hours as others
    left join hours as own
        on countries.country = own.country
    where others.country = '*'

),

country_days as (

    select
        open_hours.country,
        days.day,
        open_hours.time_zone,
        open_hours.opens_at_minute,
        60 * (open_hours.closes_at_minute - open_hours.opens_at_minute) as open_seconds,
        exceptions.name as day_name,
        coalesce(exceptions.is_business_day, {{ is_weekday('days.day') }}) as is_business_day
    from open_hours
    cross join days
    left join exceptions
        on
            open_hours.country = exceptions.country
            and days.day = exceptions.day

)

select
    country,
    day,
    is_business_day,
    day_name,
    time_zone,
    {{ instant_of(dbt.dateadd('minute', 'opens_at_minute', 'cast(day as timestamp)'), 'time_zone') }} as opens_at,
    open_seconds,
    cast(
        coalesce(sum(case when is_business_day then 1 else 0 end) over (
            partition by country
            order by day
            rows between unbounded preceding and 1 preceding
        ), 0) as bigint
    ) as business_days_before
from country_days
