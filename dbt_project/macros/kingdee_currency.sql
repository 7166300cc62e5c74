{# The ISO 4217 code of a currency as Kingdee's lists name it: by name, by the number of its preset data, or by the code itself. Others stay as
   they are, and then have no rate and are named in the reports. #}
{% macro kingdee_currency(words) -%}
    case
        when {{ words }} in ('人民币', 'PRE001', 'RMB') then 'CNY'
        when {{ words }} in ('香港元', '港币', 'PRE002') then 'HKD'
        when {{ words }} in ('欧元', 'PRE003') then 'EUR'
        when {{ words }} in ('日本日圆', '日元', 'PRE004') then 'JPY'
        when {{ words }} in ('新台币元', '新台币', 'PRE005') then 'TWD'
        when {{ words }} in ('英镑', 'PRE006') then 'GBP'
        when {{ words }} in ('美元', 'PRE007') then 'USD'
        else {{ words }}
    end
{%- endmacro %}
