{# A company's name as it is compared with others: lower case, without legal form, blanks and punctuation; null where nothing is left. #}
{% macro comparable_name(name) -%}
    nullif({{ all_replaced(all_replaced('lower(' ~ name ~ ')', legal_forms()), '[^\\p{L}\\p{N}]') }}, '')
{%- endmacro %}


{# The words that tell a company's form and not its name; the Chinese ones have no blanks around them. #}
{% macro legal_forms() -%}
    {{ return('(有限责任公司|股份有限公司|有限公司|公司)|(^|\\s)(gmbh( & co\\.? kg)?|ag|kg|ohg|se|ltd|limited|llc|inc|corp|co|plc|b\\.?v|n\\.?v|s\\.?a|s\\.?a\\.?r\\.?l|s\\.?r\\.?l|s\\.?p\\.?a)\\.?(\\s|$)') }}
{%- endmacro %}
