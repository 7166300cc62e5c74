{# Which id a name means, for exports that mention other records by their names alone (`load: snapshot`): the one record that has this name
   now, else the one that had it once, else the one that had it and vanished. A name that several of them share leads to none. #}
{% macro ids_by_name(system, table, id, name) %}
    select
        {{ name }},
        case
            {%- for place in (1, 2, 3) %}
            {%- set of_place = "case when place = " ~ place ~ " then " ~ id ~ " end" %}
            when count({{ of_place }}) > 0
                then case when count(distinct {{ of_place }}) = 1 then min({{ of_place }}) end
            {%- endfor %}
        end as {{ id }}
    from (
        select distinct
            names.{{ id }},
            trim(names.{{ name }}) as {{ name }},
            case
                when newest._removed_at is not null then 3
                when trim(newest.{{ name }}) = trim(names.{{ name }}) then 1
                else 2
            end as place
        from {{ source(system, table) }} as names
        inner join (
            {{ latest_snapshot(system, table, [id]) }}
        ) as newest on names.{{ id }} = newest.{{ id }}
    ) as placed
    group by {{ name }}
{% endmacro %}


{# The rows of a staging model that mentions accounts or deals (`things`), each with a `found_<thing>_id`: the number that the export states,
   else the one that the name leads to (`stg_<system>__<thing>_names`), else null. #}
{% macro with_ids_by_name(system, table, things) %}
    select
        {{ table }}.*
        {%- for thing in things %},
        coalesce({{ table }}.{{ thing }}_id, {{ thing }}_names.{{ thing }}_id) as found_{{ thing }}_id
        {%- endfor %}
    from {{ ref('stg_' ~ system ~ '__' ~ table) }} as {{ table }}
    {%- for thing in things %}
    left join {{ ref('stg_' ~ system ~ '__' ~ thing ~ '_names') }} as {{ thing }}_names
        on {{ table }}.{{ thing }}_name = {{ thing }}_names.{{ thing }}_name
    {%- endfor %}
{% endmacro %}
