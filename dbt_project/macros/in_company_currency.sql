{# Money converted once, per line, half-up to four decimals: at the rate of the day, which the caller has joined from `exchange_rates`.
   Null where the currency is foreign and the day has no rate. #}
{% macro in_company_currency(amount, currency, rate) -%}
    cast(round({{ amount }} * case when {{ currency }} = '{{ var('currency') }}' then 1 else {{ rate }} end, 4) as decimal(18, 4))
{%- endmacro %}
