{# All rows that the company's systems bring to a core table, before any rule: every version of every key, good or not.
   `types` are the contract's columns, name: type. A column that a system does not have is null; a table that nobody feeds is empty. #}
{% macro fed_rows(table, types) %}
    {{ return(adapter.dispatch('fed_rows', 'rapport')(table, types)) }}
{% endmacro %}

{% macro default__fed_rows(table, types) %}
    select
        {%- for column, type in types.items() %}
        cast(null as {{ type }}) as {{ column }},
        {%- endfor %}
        {%- for column, type in provenance_types().items() %}
        cast(null as {{ type }}) as {{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    where false
    {%- for system in var('feeds').get(table, []) %}
    union all by name
    select
        *,
        '{{ system }}' as _system
    from {{ ref('core_' ~ system ~ '__' ~ table) }}
    {%- endfor %}
{% endmacro %}

{# Spark has no union by name, so the columns that a system lacks are looked up and filled in. #}
{% macro spark__fed_rows(table, types) %}
    {%- set contract = dict(types, **provenance_types()) %}
    select
        {%- for column, type in contract.items() %}
        cast(null as {{ type }}) as {{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    where false
    {%- for system in var('feeds').get(table, []) %}
    {%- set relation = ref('core_' ~ system ~ '__' ~ table) %}
    {%- set there = adapter.get_columns_in_relation(relation) | map(attribute='name') | list if execute else [] %}
    union all
    select
        {%- for column, type in contract.items() %}
        {% if column == '_system' %}'{{ system }}'{% elif column in there %}{{ column }}{% else %}cast(null as {{ type }}){% endif %} as {{ column }}
        {{- "," if not loop.last }}
        {%- endfor %}
    from {{ relation }}
    {%- endfor %}
{% endmacro %}


{# The columns that every core table ends with, and their types. #}
{% macro provenance_types() %}
    {{ return({
        '_system': 'varchar',
        '_file_id': 'varchar',
        '_row': 'bigint',
        '_exported_at': 'timestamptz',
        '_loaded_at': 'timestamptz',
        '_load': 'bigint',
        '_removed_at': 'timestamptz',
    }) }}
{% endmacro %}
