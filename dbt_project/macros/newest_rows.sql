{# Of the rows that share a key, the newest one. `rows` is a relation or the name of a CTE; `order_by` puts the newest first and leaves no ties. #}
{% macro newest_rows(rows, key, order_by) -%}
    {{ return(adapter.dispatch('newest_rows', 'rapport')(rows, key, order_by)) }}
{%- endmacro %}

{% macro default__newest_rows(rows, key, order_by) -%}
    select * from {{ rows }}
    qualify row_number() over (
        partition by {{ key | join(', ') }}
        order by {{ order_by }}
    ) = 1
{%- endmacro %}

{% macro spark__newest_rows(rows, key, order_by) -%}
    select * except (place_among_versions)
    from (
        select
            *,
            row_number() over (
                partition by {{ key | join(', ') }}
                order by {{ order_by }}
            ) as place_among_versions
        from {{ rows }}
    ) as ranked
    where place_among_versions = 1
{%- endmacro %}
