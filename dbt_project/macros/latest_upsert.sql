{# Rows of an export that tells changes (`load: upsert` with `deleted_when`): the latest version of each key that is no deletion.
   A key whose last record is a deletion is kept, with `_removed_at` = when that was exported; one that came back is there again; one of which
   nothing but deletions came gives no row. #}
{% macro latest_upsert(system, table, key) %}
    select
        versions.*,
        case when last_records._is_last_a_deletion then last_records._last_exported_at end as _removed_at
    from (
        {{ newest_versions('(select * from ' ~ source(system, table) ~ ' where not _is_deleted)', key) }}
    ) as versions
    inner join (
        select
            {%- for expression in key %}
            {{ expression }} as _key_{{ loop.index }},
            {%- endfor %}
            _is_deleted as _is_last_a_deletion,
            _exported_at as _last_exported_at
        from ({{ newest_versions(source(system, table), key) }}) as newest_records
    ) as last_records
        on {% for expression in key %}{{ expression }} = last_records._key_{{ loop.index }}{{ " and " if not loop.last }}{% endfor %}
{% endmacro %}
