{# True when company.yml's feeds name this system for a core table. #}
{% macro is_fed_by(system, table) -%}
    {{ return(system in var('feeds').get(table, [])) }}
{%- endmacro %}
