{# Text without what a regular expression finds, anywhere in it. #}
{% macro all_replaced(text, pattern) -%}
    {{ return(adapter.dispatch('all_replaced', 'rapport')(text, pattern)) }}
{%- endmacro %}

{% macro default__all_replaced(text, pattern) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '', 'g')
{%- endmacro %}

{% macro spark__all_replaced(text, pattern) -%}
    regexp_replace({{ text }}, r'{{ pattern }}', '')
{%- endmacro %}
