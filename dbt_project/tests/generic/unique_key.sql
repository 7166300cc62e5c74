{# The business key of a table that has more than one column is there once. #}
{% test unique_key(model, key) %}

    select
        {{ key | join(', ') }},
        count(*) as times
    from {{ model }}
    group by {{ key | join(', ') }}
    having count(*) > 1

{% endtest %}
