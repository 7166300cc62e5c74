{# True when each row of a core table is made from one record of one export and nothing else, in every system that feeds it: then new
   records are all that a build needs to read. A model that joins, groups, compares rows, takes the newest of a key or asks what the newest
   snapshot is says so in its SQL or its sources; where the words only look like it, the table is built whole, which is slower and as right. #}
{% macro comes_row_by_row(table) %}
    {%- set systems = var('feeds').get(table, []) -%}
    {%- if table in var('shared_ids') and systems | length > 1 -%}{{- return(false) -}}{%- endif -%}
    {%- for system in systems -%}
        {%- set sources = [] -%}
        {%- set seen = ['model.' ~ project_name ~ '.core_' ~ system ~ '__' ~ table] -%}
        {%- for name in seen -%}
            {%- set node = graph.nodes[name] -%}
            {%- if modules.re.search(
                '(?i)\\b(join|newest_rows|group\\s+by|over|distinct|qualify|limit|union|intersect|except|unnest|recursive|exists|in\\s*\\(\\s*select'
                ~ '|(max|min|sum|count|avg|any_value|first|last|list|median|mode|max_by|min_by|arg_max|arg_min|listagg|string_agg)\\s*\\()\\b',
                node.raw_code
            ) -%}{{- return(false) -}}{%- endif -%}
            {%- for upstream in node.depends_on.nodes -%}
                {%- if upstream.startswith('source.') -%}{%- do sources.append(upstream) -%}{%- else -%}{%- do seen.append(upstream) -%}{%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if sources | length != 1 or sources[0].startswith('source.' ~ project_name ~ '.rapport.') -%}{{- return(false) -}}{%- endif -%}
    {%- endfor -%}
    {{- return(systems | length > 0) -}}
{% endmacro %}
