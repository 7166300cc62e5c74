{# The day of an instant in the company's time zone: the only way in which an `_on` date is made from an `_at` time. #}
{% macro local_date(instant) -%}
    cast({{ local_time(instant, "'" ~ var('timezone') ~ "'") }} as date)
{%- endmacro %}
