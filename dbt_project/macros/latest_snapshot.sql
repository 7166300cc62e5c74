{# Rows of an export whose every file is the whole truth (`load: snapshot`): the latest version of each key.
   A key that is missing from the newest delivery is kept, with `_removed_at` = when that delivery was exported.
   The newest delivery is taken from lake_files and not from the rows, so that an empty file removes everything. Where a column tells the
   version, the newest may stand in an older file though the newest file has the key too, so that is asked for. #}
{% macro latest_snapshot(system, table, key) %}
    select
        versions.*,
        case when versions._file_id != newest.file_id and present._newest_file_id is null then newest.exported_at end as _removed_at
    from (
        {{ newest_versions(source(system, table), key) }}
    ) as versions
    left join (
        select distinct
            {%- for expression in key %}
            {{ expression }} as _key_{{ loop.index }},
            {%- endfor %}
            _file_id as _newest_file_id
        from {{ source(system, table) }}
        where _file_id in (select file_id from ({{ newest_delivery(system, table) }}) as the_newest)
    ) as present
        on {% for expression in key %}{{ expression }} = present._key_{{ loop.index }}{{ " and " if not loop.last }}{% endfor %}
    cross join ({{ newest_delivery(system, table) }}) as newest
{% endmacro %}


{# The one delivery of an export that was exported last, in one row; none when nothing came. #}
{% macro newest_delivery(system, table) %}
        select
            file_id,
            exported_at
        from {{ source('rapport', 'lake_files') }}
        where
            system = '{{ system }}'
            and table_name = '{{ table }}'
        order by exported_at desc, name desc, sequence desc
        limit 1
{% endmacro %}
