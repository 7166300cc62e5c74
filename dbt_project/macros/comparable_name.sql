{# A company's name as it is compared with others: lower case, without legal form, blanks and punctuation; null where nothing is left. #}
{% macro comparable_name(name) -%}
    nullif({{ all_replaced(all_replaced('lower(' ~ name ~ ')', legal_forms()), '[^\\p{L}\\p{N}]') }}, '')
{%- endmacro %}


{# The words at a name's end that tell a company's form, as many as there are: elsewhere they are the name (AB Nord, Co-op, SE Works). Dots and blanks within
   them are written or not. The Chinese ones have no blanks before them. #}
{% macro legal_forms() -%}
    {%- set chinese = ['有限责任公司', '有限責任公司', '股份有限公司', '有限公司', '公司', '[(（]有限合伙[)）]'] -%}
    {%- set spelled = [
        'gmbh', '(&|und|and) ?co', 'ag', 'kg', 'ohg', 'se', 'ltd', 'limited', 'llc', 'inc', 'corp', 'co', 'plc', '[(]?pty[)]?', 'aps', 'oyj?', 'ab', 'a/s',
        'spol[.]? s ?r[.]? ?o', 'sp[.]? ?z ?o[.]? ?o'
    ] -%}
    {%- set letters = ['a s', 'b v', 'k k', 'n v', 's a', 's l', 's a r l', 's p a', 's r l', 's r o'] -%}
    {%- set latin = spelled + letters | map('replace', ' ', '[.]? ?') | list -%}
    {{ return('(' ~ chinese | join('|') ~ '|([\\s,]+(' ~ latin | join('|') ~ ')[.]?)+)\\s*$') }}
{%- endmacro %}
