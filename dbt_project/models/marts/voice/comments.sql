with

lexicon as (

    select
        language,
        term,
        'tone' as layer,
        polarity,
        cast(null as integer) as reach,
        cast(null as varchar) as topic
    from {{ ref('text_polarity') }}

    union all

    select
        language,
        term,
        'tone' as layer,
        cast(null as integer) as polarity,
        reach,
        cast(null as varchar) as topic
    from {{ ref('text_negations') }}

    union all

    select
        language,
        term,
        'topic' as layer,
        cast(null as integer) as polarity,
        cast(null as integer) as reach,
        topic
    from {{ ref('text_topics') }}

),

lexicon_words as (

    select
        *,
        {{ as_words('term') }} as words
    from lexicon

),

terms as (

    select
        *,
        length(words) - length(replace(words, ' ', '')) + 1 as length_in_words
    from lexicon_words

),

languages as (

    select distinct language from {{ ref('text_polarity') }}

),

said as (

    select
        answer_id as comment_id,
        'survey' as source,
        kind,
        customer_id,
        language,
        comment as body,
        responded_on as commented_on,
        _system,
        _file_id,
        _row
    from {{ ref('survey_scores') }}

    union all

    select
        feedback_id as comment_id,
        'feedback' as source,
        kind,
        customer_id,
        language,
        body,
        created_on as commented_on,
        _system,
        _file_id,
        _row
    from {{ ref('feedback_items') }}

),

texts as (

    select
        said.*,
        case
            when said.language is not null then lower(substring(said.language, 1, 2))
            when {{ has_chinese('said.body') }} then 'zh'
            else '{{ var('comment_language') }}'
        end as read_as,
        {{ as_words('said.body') }} as words
    from said
    where trim(said.body) != ''

),

readable as (

    select
        texts.comment_id,
        texts.read_as,
        texts.words
    from texts
    inner join languages
        on texts.read_as = languages.language

),

each_word as (
    {{ each_word('readable', 'comment_id', 'words') }}
),

-- what begins at each word, up to six words long
phrases as (

    select
        each_word.comment_id,
        readable.read_as,
        each_word.place,
        each_word.word as phrase_1,
        {%- for length in range(2, 7) %}
        each_word.word
        {%- for distance in range(1, length) %}
        || ' ' || lead(each_word.word, {{ distance }}) over (partition by each_word.comment_id order by each_word.place)
        {%- endfor %} as phrase_{{ length }},
        {%- endfor %}
        sum(case when each_word.word = '|' then 1 else 0 end) over (
            partition by each_word.comment_id
            order by each_word.place
            rows unbounded preceding
        ) as clause
    from each_word
    inner join readable
        on each_word.comment_id = readable.comment_id

),

found as (

    {%- for length in range(1, 7) %}
    select
        phrases.comment_id,
        phrases.place,
        phrases.clause,
        terms.layer,
        terms.term,
        terms.polarity,
        terms.reach,
        terms.topic,
        terms.length_in_words
    from phrases
    inner join terms
        on
            phrases.read_as = terms.language
            and phrases.phrase_{{ length }} = terms.words
    where terms.length_in_words = {{ length }}
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

-- of terms that overlap, the longest; of two of one length, the first
overlapped as (

    select distinct
        shorter.comment_id,
        shorter.layer,
        shorter.place,
        shorter.length_in_words
    from found as shorter
    inner join found as longer
        on
            shorter.comment_id = longer.comment_id
            and shorter.layer = longer.layer
            and shorter.place < longer.place + longer.length_in_words
            and longer.place < shorter.place + shorter.length_in_words
    where
        shorter.length_in_words < longer.length_in_words
        or (shorter.length_in_words = longer.length_in_words and shorter.place > longer.place)

),

matches as (

    select found.*
    from found
    left join overlapped
        on
            found.comment_id = overlapped.comment_id
            and found.layer = overlapped.layer
            and found.place = overlapped.place
            and found.length_in_words = overlapped.length_in_words
    where overlapped.comment_id is null

),

-- a word like `but` parts clauses as a comma does
breaks as (

    select
        comment_id,
        place
    from matches
    where reach = 0

),

turned as (

    select
        feelings.comment_id,
        feelings.place,
        feelings.term,
        feelings.polarity,
        sum(case when negations.place is not null and breaks.place is null then 1 else 0 end) as turns
    from matches as feelings
    left join matches as negations
        on
            feelings.comment_id = negations.comment_id
            and feelings.clause = negations.clause
            and negations.reach > 0
            and feelings.place > negations.place
            and feelings.place < negations.place + negations.length_in_words + negations.reach
    left join breaks
        on
            negations.comment_id = breaks.comment_id
            and negations.place < breaks.place
            and feelings.place > breaks.place
    where feelings.polarity != 0
    group by feelings.comment_id, feelings.place, feelings.term, feelings.polarity

),

feelings as (

    select
        comment_id,
        place,
        term,
        case when mod(turns, 2) = 1 then -polarity else polarity end as feeling
    from turned

),

tones as (

    select
        comment_id,
        sum(feeling) as tone,
        {{ dbt.listagg("case when feeling > 0 then '+' else '-' end || term", "', '", "order by place") }} as read_in
    from feelings
    group by comment_id

),

mentioned as (

    select distinct
        comment_id,
        topic
    from matches
    where layer = 'topic'

),

topics as (

    select
        comment_id,
        '|' || {{ dbt.listagg('topic', "'|'", 'order by topic') }} || '|' as topics
    from mentioned
    group by comment_id

)

select
    texts.comment_id,
    texts.source,
    texts.kind,
    texts.customer_id,
    texts.read_as as language,
    texts.commented_on,
    readable.comment_id is not null as is_read,
    case
        when readable.comment_id is null then null
        when tones.tone > 0 then 'positive'
        when tones.tone < 0 then 'negative'
        else 'neutral'
    end as sentiment,
    tones.read_in,
    case when readable.comment_id is not null then coalesce(topics.topics, '|') end as topics,
    texts._system,
    texts._file_id,
    texts._row
from texts
left join readable
    on texts.comment_id = readable.comment_id
left join tones
    on texts.comment_id = tones.comment_id
left join topics
    on texts.comment_id = topics.comment_id
