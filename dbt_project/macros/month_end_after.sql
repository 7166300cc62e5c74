{# The end of the month that holds a day: the day after the month's last. #}
{% macro month_end_after(day) -%}
    {{ day_after(dbt.date_trunc('month', day), 1, 'month') }}
{%- endmacro %}
