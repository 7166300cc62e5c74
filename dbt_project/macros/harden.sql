{# Closes the warehouse's connection before the first model: SQL of this project reads the lake and its seeds, nothing else of the machine.
   DuckDB lets neither setting be opened again. (`lock_configuration` would also keep dbt from setting the time zone of its next cursor.) #}
{% macro harden() %}
    {%- if execute and target.type == 'duckdb' %}
        {%- set seeds = (invocation_args_dict.project_dir or '.') ~ '/seeds' %}
        {%- set folders = [env_var('RAPPORT_LAKE', ''), seeds] | reject('equalto', '') | list %}
        set allowed_directories = [
            {%- for folder in folders %}'{{ folder | replace("'", "''") }}'{{ ", " if not loop.last }}{% endfor -%}
        ];
        set enable_external_access = false;
    {%- endif %}
{% endmacro %}
