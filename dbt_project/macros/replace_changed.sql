{# The incremental strategy of tables that other models look things up in: rows of the keys that changed are replaced, and the keys (of a table
   by day, the days; of another key of several columns that facts ask for, the first) are noted in the same transaction. A run brings either only rows that are newer than the standing ones of their key,
   or the whole table, which is then compared with what stands. #}
{% macro get_incremental_replace_changed_sql(arguments) %}
    {%- set target, come = arguments.target_relation, arguments.temp_relation -%}
    {%- set columns = get_quoted_csv(arguments.dest_columns | map(attribute='name')) -%}
    {%- set key = arguments.unique_key -%}
    {%- set changed = come -%}
    {%- if not brings_newer_rows_only() -%}
        {%- set changed = target.identifier ~ '__changed' %}
    create or replace temporary table {{ changed }} as
    select distinct {{ key | join(', ') }} from (
        (select {{ columns }} from {{ target }} except all select {{ columns }} from {{ come }})
        union all
        (select {{ columns }} from {{ come }} except all select {{ columns }} from {{ target }})
    ) as differences;
    {%- endif %}
    {%- if 'day' in key or key | length == 1 or target.identifier in asked_for_keys() %}
    insert into rapport.changes (model, {{ 'day' if 'day' in key else 'key' }}, build)
    select distinct '{{ target.identifier }}', {{ 'day' if 'day' in key else key[0] }}, {{ this_build().number }} from {{ changed }};
    {%- endif %}
    delete from {{ target }} as standing using {{ changed }} as changed
    where {% for column in key %}standing.{{ column }} = changed.{{ column }}{{ " and " if not loop.last }}{% endfor %};
    insert into {{ target }} ({{ columns }})
    select {{ columns }} from {{ come }}
    where ({{ key | join(', ') }}) in (select ({{ key | join(', ') }}) from {{ changed }})
{%- endmacro %}


{# True for a core table that takes new rows only. #}
{% macro brings_newer_rows_only() %}
    {{- return('key' in model.config.meta and comes_row_by_row(model.name)) -}}
{% endmacro %}
