{# One number for the values of some columns: equal values, equal numbers; other engines give other numbers. #}
{% macro row_hash(columns) -%}
    {{ return(adapter.dispatch('row_hash', 'rapport')(columns)) }}
{%- endmacro %}

{% macro default__row_hash(columns) -%}hash({{ columns | join(', ') }}){%- endmacro %}

{% macro spark__row_hash(columns) -%}xxhash64({{ columns | join(', ') }}){%- endmacro %}
