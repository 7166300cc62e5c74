{# The incremental strategy of facts and of aggregates by day: the rows of the days that `note_days` has noted, and rows without a day, are
   deleted and made anew. Deleted by the days and not by what comes: a day may have lost its last row. #}
{% macro get_incremental_replace_days_sql(arguments) %}
    {%- set columns = get_quoted_csv(arguments.dest_columns | map(attribute='name')) -%}
    {%- set day = arguments.unique_key %}
    delete from {{ arguments.target_relation }} where {{ of_changed_day(day) }} or {{ day }} is null;
    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
{%- endmacro %}
