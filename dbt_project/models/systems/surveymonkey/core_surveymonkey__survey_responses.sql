-- One select per score question. The words belong to the first score that was given, so that no comment is counted twice.
with

answers as (

    select * from {{ ref('stg_surveymonkey__relationship_answers') }}

),

scores as (

    select
        *,
        'nps' as kind,
        recommend as score,
        0 as scale_min,
        10 as scale_max,
        reason as comment
    from answers
    where recommend is not null
    union all
    select
        *,
        'csat' as kind,
        satisfaction as score,
        1 as scale_min,
        5 as scale_max,
        case when recommend is null then reason end as comment
    from answers
    where satisfaction is not null

)

select
    {{ prefixed_id('surveymonkey', "'relationship:' || respondent_no || ':' || kind", 'survey_responses') }} as response_id,
    {{ prefixed_id('surveymonkey', "'relationship'", 'surveys') }} as survey_id,
    kind,
    customer_id,
    'relationship' as touchpoint,
    cast(score as double) as score,
    cast(scale_min as double) as scale_min,
    cast(scale_max as double) as scale_max,
    comment,
    ended_at as responded_at,
    {{ provenance(removed=true) }}
from scores
