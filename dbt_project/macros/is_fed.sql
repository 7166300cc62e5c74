{# True when a system of the company feeds this core table. #}
{% macro is_fed(table) -%}
    {{ return(var('feeds').get(table, []) | length > 0) }}
{%- endmacro %}
