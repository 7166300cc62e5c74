{# Where a value stands among those of its partition: the share that lies below it, with half of those that are equal to it (0 to 1).
   Null where the value is null; nulls are not counted among the others either. #}
{% macro mid_rank(value, partition) -%}
    case
        when {{ value }} is not null
            then (
                rank() over (partition by {{ partition }} order by {{ value }} nulls last) - 1
                + count(*) over (partition by {{ partition }}, {{ value }}) / 2.0
            ) / nullif(count({{ value }}) over (partition by {{ partition }}), 0)
    end
{%- endmacro %}
