{# The smallest of the values so far that at least a share of them do not exceed (the nearest rank), within a window that has an order.
   Nulls do not count; null where there is no value yet. #}
{% macro running_percentile(value, share, window) -%}
    {{ return(adapter.dispatch('running_percentile', 'rapport')(value, share, window)) }}
{%- endmacro %}

{% macro default__running_percentile(value, share, window) -%}
    quantile_disc({{ value }}, {{ share }}) over ({{ window }})
{%- endmacro %}

{% macro spark__running_percentile(value, share, window) -%}
    element_at(array_sort(collect_list({{ value }}) over ({{ window }})), cast(greatest(1, ceil({{ share }} * count({{ value }}) over ({{ window }}))) as int))
{%- endmacro %}
