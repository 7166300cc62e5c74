with

this_build as (

    select * from {{ source('rapport', 'this_build') }}

),

days as (

    select
        cast(unnest(generate_series(
            cast('{{ var('history_starts_on') }}' as date) - interval 10 year,
            this_build.as_of_on + interval 2 year,
            interval 1 day
        )) as date) as day
    from this_build

),

exceptions as (

    select * from {{ ref('calendar') }}
    where country = '{{ var('country') }}'

)

select
    days.day,
    coalesce(exceptions.is_business_day, isodow(days.day) <= 5) as is_business_day,
    exceptions.name as day_name
from days
left join exceptions on days.day = exceptions.day
