with

files as (

    select
        system,
        table_name,
        file_id,
        name,
        {{ local_date('exported_at') }} as exported_on
    from {{ source('rapport', 'lake_files') }}
    where is_latest_delivery

),

-- content that two exports have in common is one file with two names
names as (

    select
        file_id,
        max(name) as name,
        max(exported_on) as exported_on
    from files
    group by file_id

),

rejected as (

    select
        'loading' as refused_by,
        files.system,
        files.table_name,
        files.name as file_name,
        files.exported_on,
        {{ reasons_as_text('rejects.reasons') }} as reason,
        cast(null as decimal(18, 4)) as amount,
        cast(null as varchar) as currency,
        rejects.file_id as _file_id,
        rejects.row as _row
    from {{ source('rapport', 'rejects') }} as rejects
    inner join files
        on
            rejects.system = files.system
            and rejects.table_name = files.table_name
            and rejects.file_id = files.file_id

),

refused as (

    select
        'core' as refused_by,
        refused_rows._system as system,
        refused_rows.core_table as table_name,
        max(names.name) as file_name,
        max(names.exported_on) as exported_on,
        {{ dbt.listagg(
            "refused_rows.broken_columns || ': ' || refused_rows.rule", "'; '", "order by refused_rows.broken_columns, refused_rows.rule"
        ) }} as reason,
        max(refused_rows.amount) as amount,
        max(refused_rows.currency) as currency,
        refused_rows._file_id,
        refused_rows._row
    from {{ ref('refused_rows') }} as refused_rows
    left join names
        on refused_rows._file_id = names.file_id
    group by refused_rows._system, refused_rows.core_table, refused_rows._file_id, refused_rows._row

),

rejected_rows as (

    select * from rejected
    union all
    select * from refused

)

select
    refused_by,
    system,
    table_name,
    file_name,
    exported_on,
    reason,
    amount,
    currency,
    _file_id,
    _row
from rejected_rows
