with

invitations as (

    select * from {{ ref('stg_surveys__invitations') }}

)

select
    {{ prefixed_id('surveys', 'invitation_no', 'survey_invitations') }} as invitation_id,
    {{ prefixed_id('surveys', 'survey_no', 'surveys') }} as survey_id,
    {{ prefixed_id('crm', 'account_no', 'customers') }} as customer_id,
    {{ prefixed_id('crm', 'contact_no', 'contacts') }} as contact_id,
    sent_at,
    channel,
    {{ provenance() }}
from invitations
