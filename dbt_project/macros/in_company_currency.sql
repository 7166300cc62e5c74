{# Money converted once, per line, half-up to four decimals: at the rate of the day, which the caller has joined from `exchange_rates`.
   Null where the currency is foreign and the day has no rate. The amount is widened first: DuckDB multiplies two decimals of 18 digits within 18,
   and 12 of them stand after the point, so that a million would be too much. #}
{% macro in_company_currency(amount, currency, rate) -%}
    cast(round(cast({{ amount }} as decimal(26, 4)) * case when {{ currency }} = '{{ var('currency') }}' then 1 else {{ rate }} end, 4) as decimal(18, 4))
{%- endmacro %}
