with

contacts as (

    select
        interactions.interaction_id,
        links.customer_id,
        interactions.contact_id,
        interactions.employee_id,
        interactions.opportunity_id,
        interactions.campaign_id,
        interactions.occurred_at,
        {{ local_date('interactions.occurred_at') }} as occurred_on,
        interactions.channel,
        interactions.direction,
        interactions.outcome,
        interactions.minutes,
        interactions.next_step_on,
        interactions._system,
        interactions._file_id,
        interactions._row
    from {{ ref('interactions') }} as interactions
    left join {{ ref('account_links') }} as links
        on
            interactions.customer_id = links.system_customer_id
            and {{ valid_on('links', local_date('interactions.occurred_at')) }}
    where interactions._removed_at is null

),

contact_days as (

    select
        customer_id,
        occurred_on,
        lead(occurred_on) over (partition by customer_id order by occurred_on) as next_contact_on
    from contacts
    where customer_id is not null
    group by customer_id, occurred_on

)

select
    contacts.interaction_id,
    contacts.customer_id,
    contacts.contact_id,
    contacts.employee_id,
    contacts.opportunity_id,
    contacts.campaign_id,
    contacts.occurred_at,
    contacts.occurred_on,
    contacts.channel,
    contacts.direction,
    contacts.outcome,
    contacts.minutes,
    contacts.next_step_on,
    contact_days.next_contact_on,
    contacts._system,
    contacts._file_id,
    contacts._row
from contacts
left join contact_days
    on
        contacts.customer_id = contact_days.customer_id
        and contacts.occurred_on = contact_days.occurred_on
