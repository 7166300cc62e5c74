{# Of the versions of a key, the newest: by `_exported_at`; of one time, that of the file exported later (then of the later name, then of the later
   arrival); within a file the later record. So the order in which files arrive decides only between two under one name and time.
   `rows` is a relation or the name of a CTE, with provenance; `key` are columns or expressions. #}
{% macro newest_versions(rows, key) -%}
    {{ return(adapter.dispatch('newest_versions', 'rapport')(rows, key)) }}
{%- endmacro %}

{% macro default__newest_versions(rows, key) -%}
    select versions.* from {{ rows }} as versions
    left join ({{ delivery_places() }}) as delivery on versions._load = delivery._sequence
    qualify row_number() over ({{ by_version(key) }}) = 1
{%- endmacro %}

{% macro spark__newest_versions(rows, key) -%}
    select * except (place_among_versions)
    from (
        select
            versions.*,
            row_number() over ({{ by_version(key) }}) as place_among_versions
        from {{ rows }} as versions
        left join ({{ delivery_places() }}) as delivery on versions._load = delivery._sequence
    ) as ranked
    where place_among_versions = 1
{%- endmacro %}

{% macro by_version(key) -%}
    partition by {{ key | join(', ') }}
    order by versions._exported_at desc, coalesce(delivery._place, 0) desc, versions._load desc, versions._row desc
{%- endmacro %}


{# The deliveries of all files in the order in which they were exported: `_sequence` is the order of arrival, `_place` that of what they tell. #}
{% macro delivery_places() -%}
    select
        sequence as _sequence,
        row_number() over (order by exported_at, name, sequence) as _place
    from {{ source('rapport', 'lake_files') }}
{%- endmacro %}
