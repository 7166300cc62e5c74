{# What a test of a model's data reads. A build that continues another tests the days and keys that it has changed: the others were tested when they
   were made, and reading them all would cost more than the build. dbt asks this macro for every generic test. #}
{% macro get_where_subquery(relation) -%}
    {%- set conditions = [config.get('where')] | select | list -%}
    {%- if execute and flags.WHICH == 'build' and this_build().from_build != 0 -%}
        {%- do conditions.append(of_this_build(relation)) -%}
    {%- endif -%}
    {%- set conditions = conditions | select | list -%}
    {%- if conditions -%}
        {{- return('(select * from ' ~ relation ~ ' where (' ~ conditions | join(') and (') ~ ')) as tested') -}}
    {%- else -%}
        {{- return(relation) -}}
    {%- endif -%}
{%- endmacro %}


{# The condition of rows that this build may have changed; nothing for a table that is made whole. #}
{% macro of_this_build(relation) -%}
    {%- set name = {'sales_lines': 'order_lines_considered', 'sales_credits': 'credits_considered'}.get(relation.identifier, relation.identifier) -%}
    {%- set node = graph.nodes.get('model.' ~ project_name ~ '.' ~ name) -%}
    {%- if node and node.config.incremental_strategy == 'replace_days' -%}
        {{- return(of_changed_day(node.config.unique_key, name)) -}}
    {%- elif node and 'key' in node.config.meta and name in asked_for_keys() -%}
        {{- return(node.config.meta.key[0] ~ ' in (' ~ changed_keys(name) ~ ')') -}}
    {%- elif node and 'key' in node.config.meta and comes_row_by_row(name) -%}
        {%- set key = node.config.meta.key | join(', ') -%}
        {{- return('(' ~ key ~ ') in (select (' ~ key ~ ') from ' ~ relation ~ ' where _load > ' ~ this_build().from_sequence ~ ')') -}}
    {%- endif -%}
{%- endmacro %}
