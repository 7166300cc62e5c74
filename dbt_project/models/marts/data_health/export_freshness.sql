with

this_build as (

    select as_of_on from {{ source('rapport', 'this_build') }}

),

-- in a closed history files are younger than the day as of which the world is seen: they count on the last day that is seen
exports as (

    select
        files.system,
        files.table_name,
        least({{ local_date('files.exported_at') }}, {{ day_after('this_build.as_of_on', -1) }}) as exported_on,
        max(files.exported_at) as exported_at
    from {{ source('rapport', 'lake_files') }} as files
    cross join this_build
    where files.is_latest_delivery
    group by 1, 2, 3

),

-- each day's last export is the newest until the day before the next one
newest as (

    select
        exports.system,
        exports.table_name,
        exports.exported_on,
        exports.exported_at,
        coalesce(
            lead(exports.exported_on) over (partition by exports.system, exports.table_name order by exports.exported_on),
            this_build.as_of_on
        ) as superseded_on
    from exports
    cross join this_build

),

days as (

    select
        day,
        {{ instant_of('cast(' ~ day_after('day', 1) ~ ' as timestamp)', "'" ~ var('timezone') ~ "'") }} as ends_at
    from {{ ref('calendar_days') }}
    where day >= cast('{{ var('history_starts_on') }}' as date)

)

select
    newest.system,
    newest.table_name,
    days.day,
    newest.exported_on,
    cast(greatest({{ dbt.datediff('newest.exported_at', 'days.ends_at', 'minute') }} / 60.0, 0) as decimal(10, 1)) as freshness_hours
from newest
inner join days
    on
        newest.exported_on <= days.day
        and newest.superseded_on > days.day
