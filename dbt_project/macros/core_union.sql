{# A core table: the union of the `core_<system>__<table>` models that company.yml's `feeds` names, brought to the contract.

   table    name of the core table
   key      its business key; the latest version of a key (`newest_versions`) stands
   columns  name: type, as in DDL; rows with a null in a `not null` column are left out here and listed in `refused_rows`

   A column that a system does not have is null; one that the contract does not have fails the contract; a table that nobody feeds is empty.
   Of a table under `shared_ids` several systems know the same thing: each column is the first known value in the order of `feeds`,
   and the provenance is that of the first system.

   A table that some system feeds is incremental (`continues`): of keys with new records the newer row stands. #}
{% macro core_union(table, key, columns) %}
{%- set systems = var('feeds').get(table, []) -%}
{{- config(
    materialized=growing() if systems else 'table',
    incremental_strategy='replace_changed',
    unique_key=key,
    schema='core',
    contract={'enforced': true},
    on_schema_change='fail',
    meta={'published': false, 'key': key},
) -}}
{%- set types = {} -%}
{%- set required = [] -%}
{%- for column, type in columns.items() -%}
    {%- do types.update({column: type | replace(' not null', '')}) -%}
    {%- if type.endswith(' not null') -%}{%- do required.append(column) -%}{%- endif -%}
{%- endfor -%}
{%- set is_merged = table in var('shared_ids') and systems | length > 1 -%}
{%- set new_only = continues() and comes_row_by_row(table) -%}
with

fed as (

    {{ fed_rows(table, types) }}

),

accepted as (

    select * from fed
    where
        {%- for column in required %}
        {{ "and " if not loop.first }}{{ column }} is not null
        {%- endfor %}
        {%- if new_only %}
        and _load > {{ this_build().from_sequence }}
        {%- endif %}

),

latest as (

    {% if is_merged or new_only or has_duplicates(table, key, systems) -%}
    {{ newest_versions('accepted', key + (['_system'] if is_merged else [])) }}
    {%- else -%}
    select * from accepted
    {%- endif %}

)

{% if is_merged -%}
select
    {%- for column in types.keys() | list + provenance_types().keys() | list %}
    {{ column if column in key else first_known(column, systems) ~ ' as ' ~ column }}{{ "," if not loop.last }}
    {%- endfor %}
from latest
group by {{ key | join(', ') }}
{%- elif new_only -%}
select latest.*
from latest
left join {{ this }} as standing
    on {% for column in key %}latest.{{ column }} = standing.{{ column }}{{ " and " if not loop.last }}{% endfor %}
left join ({{ delivery_places() }}) as come on latest._load = come._sequence
left join ({{ delivery_places() }}) as stood on standing._load = stood._sequence
where
    standing._load is null
    or (latest._exported_at, coalesce(come._place, 0), latest._load, latest._row)
    > (standing._exported_at, coalesce(stood._place, 0), standing._load, standing._row)
{%- else -%}
select * from latest
{%- endif %}
{% endmacro %}


{# The value of the first system, in the order of feeds, that knows it; provenance comes from the first system that has the row at all. #}
{% macro first_known(column, systems) -%}
    {%- set rank -%}
        case _system{% for system in systems %} when '{{ system }}' then {{ loop.index }}{% endfor %} end
    {%- endset -%}
    {{ return(adapter.dispatch('first_known', 'rapport')(column, rank)) }}
{%- endmacro %}

{% macro default__first_known(column, rank) -%}
    {{ 'arg_min_null' if column.startswith('_') else 'arg_min' }}({{ column }}, {{ rank }})
{%- endmacro %}

{% macro spark__first_known(column, rank) -%}
    min_by({{ column }}, {{ rank if column.startswith('_') else 'case when ' ~ column ~ ' is not null then ' ~ rank ~ ' end' }})
{%- endmacro %}


{# True unless a count shows that every key is there once: a window over a large table is paid only where there is something to remove.
   Hashes are counted, which costs a third: two keys of one hash only mean a window that was not needed.
   Outside a build (compile, unit tests) the inputs need not exist, so the answer is true. #}
{% macro has_duplicates(table, key, systems) %}
    {%- if not (execute and flags.WHICH in ('run', 'build') and model.resource_type == 'model') -%}
        {{ return(true) }}
    {%- endif -%}
    {%- set counted -%}
        select count(*) > count(distinct {{ row_hash(key) }})
        from (
            {%- for system in systems %}
            select {{ key | join(', ') }} from {{ ref('core_' ~ system ~ '__' ~ table) }}
            {{- " union all" if not loop.last }}
            {%- endfor %}
        )
    {%- endset -%}
    {{ return(systems | length > 0 and run_query(counted).columns[0].values()[0]) }}
{% endmacro %}
