with

invitations as (

    select
        *,
        {{ local_date('sent_at') }} as sent_on
    from {{ ref('survey_invitations') }}
    where _removed_at is null

),

answered as (

    select distinct invitation_id
    from {{ ref('survey_scores') }}
    where invitation_id is not null

)

select
    invitations.invitation_id,
    invitations.survey_id,
    links.customer_id,
    invitations.contact_id,
    invitations.channel,
    invitations.sent_on,
    answered.invitation_id is not null as is_answered,
    invitations._system,
    invitations._file_id,
    invitations._row
from invitations
left join answered
    on invitations.invitation_id = answered.invitation_id
left join {{ ref('account_links') }} as links
    on
        invitations.customer_id = links.system_customer_id
        and {{ valid_on('links', 'invitations.sent_on') }}
