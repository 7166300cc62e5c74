{# The schema is what dbt_project.yml says (`staging`, `core`, `marts`, `seeds`), without dbt's target prefix: readers know these names. #}
{% macro generate_schema_name(custom_schema_name, node) %}
    {{- custom_schema_name or target.schema -}}
{% endmacro %}
