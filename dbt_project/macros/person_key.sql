{# A person who is known by mail address or telephone alone, as an id that tells neither: ids are printed, logged and linked to. #}
{% macro person_key(email, phone) -%}
    md5(coalesce(nullif(lower(trim({{ email }})), ''), nullif({{ all_replaced(phone, '[^0-9+]') }}, '')))
{%- endmacro %}
