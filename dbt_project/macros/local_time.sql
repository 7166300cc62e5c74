{# The wall clock's time of an instant in a time zone that may be a column, as a timestamp without zone. #}
{% macro local_time(instant, zone) -%}
    {{ return(adapter.dispatch('local_time', 'rapport')(instant, zone)) }}
{%- endmacro %}

{% macro default__local_time(instant, zone) -%}
    timezone({{ zone }}, {{ instant }})
{%- endmacro %}

{% macro spark__local_time(instant, zone) -%}
    from_utc_timestamp({{ instant }}, {{ zone }})
{%- endmacro %}


{# The instant at which a wall clock in a time zone shows a time: the way back. #}
{% macro instant_of(local_time, zone) -%}
    {{ return(adapter.dispatch('instant_of', 'rapport')(local_time, zone)) }}
{%- endmacro %}

{% macro default__instant_of(local_time, zone) -%}
    timezone({{ zone }}, {{ local_time }})
{%- endmacro %}

{% macro spark__instant_of(local_time, zone) -%}
    to_utc_timestamp({{ local_time }}, {{ zone }})
{%- endmacro %}
