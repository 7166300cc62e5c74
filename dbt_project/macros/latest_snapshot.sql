{# Rows of an export whose every file is the whole truth (`load: snapshot`): the latest version of each key.
   A key that is missing from the newest delivery is kept, with `_removed_at` = when that delivery was exported.
   The newest delivery is taken from lake_files and not from the rows, so that an empty file removes everything. #}
{% macro latest_snapshot(system, table, key) %}
    select
        versions.*,
        case when versions._file_id != newest.file_id then newest.exported_at end as _removed_at
    from (
        {{ newest_rows(source(system, table), key, '_exported_at desc, _load desc, _row desc') }}
    ) as versions
    cross join (
        select
            file_id,
            exported_at
        from {{ source('rapport', 'lake_files') }}
        where
            system = '{{ system }}'
            and table_name = '{{ table }}'
        order by exported_at desc, sequence desc
        limit 1
    ) as newest
{% endmacro %}
