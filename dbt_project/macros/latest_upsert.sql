{# Rows of an export that tells changes (`load: upsert` with `deleted_when`): the latest version of each key that is no deletion.
   A key whose last record is a deletion is kept, with `_removed_at` = when that was exported; one that came back is there again; one of which
   nothing but deletions came gives no row. #}
{% macro latest_upsert(system, table, key) %}
    select
        versions.*,
        case when last_records._is_deleted then last_records._exported_at end as _removed_at
    from (
        {{ newest_versions('(select * from ' ~ source(system, table) ~ ' where not _is_deleted)', key) }}
    ) as versions
    inner join (
        {{ newest_versions(source(system, table), key) }}
    ) as last_records
        on {% for column in key %}versions.{{ column }} = last_records.{{ column }}{{ " and " if not loop.last }}{% endfor %}
{% endmacro %}
