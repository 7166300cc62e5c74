{# Each day from `first` to `last`, both included, as a row of its own: stands alone in a select list. #}
{% macro every_day(first, last) -%}
    {{ return(adapter.dispatch('every_day', 'rapport')(first, last)) }}
{%- endmacro %}

{% macro default__every_day(first, last) -%}
    cast(unnest(generate_series({{ first }}, {{ last }}, interval 1 day)) as date)
{%- endmacro %}

{% macro spark__every_day(first, last) -%}
    explode(sequence({{ first }}, {{ last }}, interval 1 day))
{%- endmacro %}
