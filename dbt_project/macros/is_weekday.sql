{# Whether a day is a Monday to Friday, on any engine: 1 January 1900 was a Monday. #}
{% macro is_weekday(day) -%}
    mod({{ dbt.datediff("cast('1900-01-01' as date)", day, 'day') }}, 7) < 5
{%- endmacro %}
