{# The contract of a core table as its YAML states it, for models that speak of all core tables: `types` (column: type, provenance left out)
   and `required` (the columns that are never null). Empty while dbt is still parsing. #}
{% macro core_contract(table) %}
    {%- set types = {} -%}
    {%- set required = [] -%}
    {%- if execute -%}
        {%- for name, column in graph.nodes['model.' ~ project_name ~ '.' ~ table].columns.items() if not name.startswith('_') -%}
            {%- do types.update({name: column.data_type}) -%}
            {%- if column.constraints | selectattr('type', 'equalto', 'not_null') | list -%}{%- do required.append(name) -%}{%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return({'types': types, 'required': required}) }}
{% endmacro %}
