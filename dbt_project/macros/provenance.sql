{# The very row of the very file that a record comes from. Ends every select of a staging model and of a `core_<system>__<table>`.
   `removed=true` where the model goes back to `latest_snapshot`, which knows what vanished. #}
{% macro provenance(removed=false) -%}
    _file_id,
    _row,
    _exported_at,
    _loaded_at,
    _load
    {%- if removed %},
    _removed_at
    {%- endif %}
{%- endmacro %}
