{# The probability that a standard normal deviate lies below z, for z up to 0; above it 1 less that of -z.
   W. H. Press et al., Numerical Recipes, erfcc: relative error below 1.2e-7 everywhere, so that small probabilities keep their order. #}
{% macro normal_below(z) -%}
    (case when {{ z }} <= 0 then {{ _half_erfc('(-(' ~ z ~ ') / 1.4142135623730951)') }} else 1 - {{ _half_erfc('((' ~ z ~ ') / 1.4142135623730951)') }} end)
{%- endmacro %}

{% macro _half_erfc(x) -%}
    {%- set t = '(1 / (1 + 0.5 * abs(' ~ x ~ ')))' -%}
    (0.5 * {{ t }} * exp(greatest(-700, -{{ x }} * {{ x }} - 1.26551223 + {{ t }} * (1.00002368 + {{ t }} * (0.37409196 + {{ t }} * (0.09678418
    + {{ t }} * (-0.18628806 + {{ t }} * (0.27886807 + {{ t }} * (-1.13520398 + {{ t }} * (1.48851587 + {{ t }} * (-0.82215223
    + {{ t }} * 0.17087277)))))))))))
{%- endmacro %}
