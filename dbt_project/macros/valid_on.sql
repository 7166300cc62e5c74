{# Whether a stretch of time, [valid_from, valid_to), holds a day; without an end it still holds. #}
{% macro valid_on(stretch, day) -%}
    {{ day }} >= {{ stretch }}.valid_from and ({{ stretch }}.valid_to is null or {{ day }} < {{ stretch }}.valid_to)
{%- endmacro %}


{# The same for the last day before the end of a period. #}
{% macro valid_at_end(stretch, period_end) -%}
    {{ period_end }} > {{ stretch }}.valid_from and ({{ stretch }}.valid_to is null or {{ period_end }} <= {{ stretch }}.valid_to)
{%- endmacro %}
