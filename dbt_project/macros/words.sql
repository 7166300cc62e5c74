{# A text as its words, parted by single blanks: lower case, without apostrophes; each Chinese character is a word of its own, and what parts
   clauses (commas, full stops, brackets, line feeds) is the word `|`. Terms of the lexicons are brought to the same form, so that they are found. #}
{% macro as_words(text) -%}
    {{ return(adapter.dispatch('as_words', 'rapport')(text)) }}
{%- endmacro %}

{% macro default__as_words(text) -%}
    trim(regexp_replace(
        regexp_replace(
            regexp_replace(
                replace(replace(lower({{ text }}), '''', ''), '’', ''),
                '[,.;:!?，。；：！？、…()（）\r\n]+', ' | ', 'g'
            ),
            '([\x{4e00}-\x{9fff}])', ' \1 ', 'g'
        ),
        '[^\p{L}\p{N}|]+', ' ', 'g'
    ))
{%- endmacro %}

{% macro spark__as_words(text) -%}
    trim(regexp_replace(
        regexp_replace(
            regexp_replace(
                replace(replace(lower({{ text }}), '\'', ''), '’', ''),
                '[,.;:!?，。；：！？、…()（）\\r\\n]+', ' | '
            ),
            '([\\x{4e00}-\\x{9fff}])', ' $1 '
        ),
        '[^\\p{L}\\p{N}|]+', ' '
    ))
{%- endmacro %}


{# Whether a text has Chinese characters in it. #}
{% macro has_chinese(text) -%}
    {{ return(adapter.dispatch('has_chinese', 'rapport')(text)) }}
{%- endmacro %}

{% macro default__has_chinese(text) -%}
    regexp_matches({{ text }}, '[\x{4e00}-\x{9fff}]')
{%- endmacro %}

{% macro spark__has_chinese(text) -%}
    {{ text }} rlike '[\\x{4e00}-\\x{9fff}]'
{%- endmacro %}


{# A select of the words of each text of a relation, with their places from 1 on: the id, `place`, `word`. #}
{% macro each_word(relation, id, words) -%}
    {{ return(adapter.dispatch('each_word', 'rapport')(relation, id, words)) }}
{%- endmacro %}

{% macro default__each_word(relation, id, words) %}
    select
        {{ id }},
        generate_subscripts(string_split({{ words }}, ' '), 1) as place,
        unnest(string_split({{ words }}, ' ')) as word
    from {{ relation }}
{% endmacro %}

{% macro spark__each_word(relation, id, words) %}
    select
        {{ id }},
        place + 1 as place,
        word
    from {{ relation }}
    lateral view posexplode(split({{ words }}, ' ')) exploded as place, word
{% endmacro %}
