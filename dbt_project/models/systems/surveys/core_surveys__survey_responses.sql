with

answers as (

    select * from {{ ref('stg_surveys__answers') }}

)

select
    {{ prefixed_id('surveys', 'answer_no', 'survey_responses') }} as response_id,
    {{ prefixed_id('surveys', 'survey_no', 'surveys') }} as survey_id,
    {{ prefixed_id('surveys', 'invitation_no', 'survey_invitations') }} as invitation_id,
    kind,
    {{ prefixed_id('crm', 'account_no', 'customers') }} as customer_id,
    {{ prefixed_id('crm', 'contact_no', 'contacts') }} as contact_id,
    {{ prefixed_id('shop', 'order_no', 'orders') }} as order_id,
    touchpoint,
    score,
    scale_min,
    scale_max,
    comment,
    language,
    answered_at as responded_at,
    {{ provenance() }}
from answers
