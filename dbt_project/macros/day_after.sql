{# The day that lies `number` parts (day, month, quarter, year) after `day`, as a date; before it when the number is negative. #}
{% macro day_after(day, number, part='day') -%}
    cast({{ dbt.dateadd(part, number, day) }} as date)
{%- endmacro %}
