{# All rows that the company's systems bring to a core table, before any rule: every version of every key, good or not.
   `types` are the contract's columns, name: type. A column that a system does not have is null; a table that nobody feeds is empty. #}
{% macro fed_rows(table, types) %}
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
