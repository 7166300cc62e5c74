with

files as (

    select * from {{ source('rapport', 'lake_files') }}
    where is_latest_delivery

),

this_build as (

    select as_of_on from {{ source('rapport', 'this_build') }}

),

refused as (

    select
        _file_id,
        count(distinct _row) as rows_refused
    from {{ ref('refused_rows') }}
    group by _file_id

)

select
    files.system,
    files.table_name,
    files.file_id,
    files.name,
    -- in a closed history files are younger than the day as of which the world is seen: they count on the last day that is seen
    least({{ local_date('files.exported_at') }}, {{ day_after('this_build.as_of_on', -1) }}) as exported_on,
    files.rows_in_file,
    files.rows_good,
    files.rows_rejected,
    files.rows_skipped,
    cast(coalesce(refused.rows_refused, 0) as bigint) as rows_refused,
    files.file_id as _file_id,
    -- records are numbered from 1; 0 stands for the file as a whole
    cast(0 as bigint) as _row
from files
cross join this_build
left join refused
    on files.file_id = refused._file_id
