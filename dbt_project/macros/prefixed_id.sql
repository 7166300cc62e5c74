{# An id as core knows it: with the prefix of the system that owns the thing (`shop:1001`), null stays null.
   `system` is the owner, which need not be the system that mentions it: a ticket's order is prefixed_id('shop', 'order_no', 'orders').
   Tables that company.yml lists under `shared_ids` carry no prefix, because several systems use the same ids. #}
{% macro prefixed_id(system, column, table) -%}
    {%- if table in var('shared_ids') -%}
        cast({{ column }} as varchar)
    {%- else -%}
        '{{ system }}:' || {{ column }}
    {%- endif -%}
{%- endmacro %}
