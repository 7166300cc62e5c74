{# The reasons for which a record did not fit its declaration, as one text: `ordered_on: date; quantity: integer`. #}
{% macro reasons_as_text(reasons) -%}
    {{ return(adapter.dispatch('reasons_as_text', 'rapport')(reasons)) }}
{%- endmacro %}

{% macro default__reasons_as_text(reasons) -%}
    array_to_string(list_transform({{ reasons }}, lambda reason: concat_ws(': ', reason."column", reason.rule)), '; ')
{%- endmacro %}

{% macro spark__reasons_as_text(reasons) -%}
    array_join(transform({{ reasons }}, reason -> concat_ws(': ', reason.column, reason.rule)), '; ')
{%- endmacro %}
