with

answers as (

    select
        responses.response_id as answer_id,
        responses.kind,
        coalesce(responses.customer_id, contacts.customer_id) as customer_id,
        responses.contact_id,
        responses.invitation_id,
        responses.touchpoint,
        responses.language,
        responses.comment,
        responses.score,
        responses.scale_min,
        responses.scale_max,
        responses.responded_at,
        {{ local_date('responses.responded_at') }} as responded_on,
        responses._system,
        responses._file_id,
        responses._row
    from {{ ref('survey_responses') }} as responses
    left join {{ ref('contacts') }} as contacts
        on responses.contact_id = contacts.contact_id
    where responses._removed_at is null

),

scales as (

    select * from {{ ref('csat_scales') }}

)

select
    answers.answer_id,
    answers.kind,
    links.customer_id,
    answers.contact_id,
    answers.invitation_id,
    answers.touchpoint,
    answers.language,
    answers.comment,
    answers.score,
    answers.scale_min,
    answers.scale_max,
    case
        when answers.kind = 'csat' then scales.scale
        else cast(cast(answers.scale_min as integer) as varchar) || '-' || cast(cast(answers.scale_max as integer) as varchar)
    end as scale,
    case when answers.kind = 'csat' then answers.score >= scales.satisfied_from end as is_satisfied,
    answers.responded_at,
    answers.responded_on,
    answers._system,
    answers._file_id,
    answers._row
from answers
left join scales
    on
        answers.scale_min = scales.scale_min
        and answers.scale_max = scales.scale_max
left join {{ ref('account_links') }} as links
    on
        answers.customer_id = links.system_customer_id
        and {{ valid_on('links', 'answers.responded_on') }}
