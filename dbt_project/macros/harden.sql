{# Closes the warehouse's connection before the first model: SQL of this project reads the lake and nothing else of the machine. #}
{% macro harden() %}
    {%- if execute and target.type == 'duckdb' %}
        {%- set lake = env_var('RAPPORT_LAKE', '') %}
        set allowed_directories = [{% if lake %}'{{ lake | replace("'", "''") }}'{% endif %}];
        set enable_external_access = false;
    {%- endif %}
{% endmacro %}
