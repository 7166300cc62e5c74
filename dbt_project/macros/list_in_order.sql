{# The values of a group as a list, in the order of the expressions `order_by` (ascending; a number may be negated). Nulls keep their places. #}
{% macro list_in_order(value, order_by) -%}
    {{ return(adapter.dispatch('list_in_order', 'rapport')(value, order_by)) }}
{%- endmacro %}

{% macro default__list_in_order(value, order_by) -%}
    array_agg({{ value }} order by {{ order_by | join(', ') }})
{%- endmacro %}

{% macro spark__list_in_order(value, order_by) -%}
    transform(
        sort_array(collect_list(struct(
            {%- for key in order_by %}{{ key }} as key_{{ loop.index }}, {% endfor -%}
            {{ value }} as value
        ))),
        item -> item.value
    )
{%- endmacro %}
