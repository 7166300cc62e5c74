{# A row's part of a total that is shared out over the rows of a group in proportion to a weight: whole cents, which add up to the total.
   Each row gets what the rounded running share grows by, so that no row takes the remainder of all. `order_by` leaves no ties. #}
{% macro shared_out(total, weight, group, order_by) -%}
    {%- set whole = 'nullif(sum(' ~ weight ~ ') over (partition by ' ~ group ~ '), 0)' -%}
    {%- set so_far = 'sum(' ~ weight ~ ') over (partition by ' ~ group ~ ' order by ' ~ order_by ~ ' rows unbounded preceding)' -%}
    cast(
        coalesce(round({{ total }} * {{ so_far }} / {{ whole }}, 2), {{ total }} * 0)
        - coalesce(round({{ total }} * ({{ so_far }} - {{ weight }}) / {{ whole }}, 2), {{ total }} * 0)
        as decimal(18, 4)
    )
{%- endmacro %}
