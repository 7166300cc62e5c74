{# 1 to 5 of customers ranked ascending in goodness: 1 + floor(5 × (rank − 1 + ties/2) / N). Equal values share a score, which ntile breaks. #}
{% macro score_of_five(goodness, partition) -%}
    1 + floor((
        10 * (rank() over (partition by {{ partition }} order by {{ goodness }}) - 1)
        + 5 * count(*) over (partition by {{ partition }}, {{ goodness }})
    ) / (2.0 * count(*) over (partition by {{ partition }})))
{%- endmacro %}


{# The score of a value by cut-offs `<name>_2` to `<name>_5`, each the least value that had that score or a better one; null where nobody had. #}
{% macro score_by_cut_offs(goodness, name) -%}
    case
        {%- for score in [5, 4, 3, 2] %}
        when {{ goodness }} >= {{ name }}_{{ score }} then {{ score }}
        {%- endfor %}
        else 1
    end
{%- endmacro %}
