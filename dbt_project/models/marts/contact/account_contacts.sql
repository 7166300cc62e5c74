-- Every closed quarter and year ends with a closed month, so that stocks are told by month and then given to each grain.
with

month_ends as (

    select period_end from {{ ref('closed_periods') }}
    where grain = 'month'

),

contacts as (

    select * from {{ ref('customer_contacts') }}

),

-- before anybody wrote contacts down, silence is unknown
record as (

    select min(occurred_on) as began_on
    from contacts
    having count(*) > 0

),

-- how each account was left on a day of contact, until the next one
contact_days as (

    select distinct
        customer_id,
        occurred_on,
        next_contact_on
    from contacts
    where customer_id is not null

),

next_steps as (

    select
        month_ends.period_end,
        contacts.customer_id,
        sum(case
            when contacts.next_step_on < {{ day_after('month_ends.period_end', var('follow_up_days_ahead')) }} then 1 else 0
        end) as due,
        sum(case when contacts.next_step_on < month_ends.period_end then 1 else 0 end) as overdue
    from month_ends
    inner join contacts
        on
            month_ends.period_end > contacts.occurred_on
            and (contacts.next_contact_on is null or month_ends.period_end <= contacts.next_contact_on)
    where
        contacts.next_step_on is not null
        and contacts.customer_id is not null
    group by month_ends.period_end, contacts.customer_id

),

accounts as (

    select
        accounts.period_end,
        accounts.customer_id,
        accounts.is_key_account,
        greatest(record.began_on, coalesce(accounts.created_on, record.began_on)) as known_from
    from {{ ref('accounts_at_month_ends') }} as accounts
    inner join record
        on accounts.period_end >= {{ day_after('record.began_on', var('contact_days')) }}

),

states as (

    select
        accounts.period_end,
        accounts.customer_id,
        accounts.is_key_account,
        contact_days.occurred_on as last_contact_on,
        {{ dbt.datediff('coalesce(contact_days.occurred_on, accounts.known_from)', 'accounts.period_end', 'day') }} as days,
        coalesce(
            contact_days.occurred_on >= {{ day_after('accounts.period_end', '-' ~ var('contact_days')) }}, false
        ) as is_contacted,
        coalesce(next_steps.due, 0) as follow_ups_due,
        coalesce(next_steps.overdue, 0) as follow_ups_overdue
    from accounts
    left join contact_days
        on
            accounts.customer_id = contact_days.customer_id
            and accounts.period_end > contact_days.occurred_on
            and (contact_days.next_contact_on is null or accounts.period_end <= contact_days.next_contact_on)
    left join next_steps
        on
            accounts.customer_id = next_steps.customer_id
            and accounts.period_end = next_steps.period_end

)

select
    periods.grain,
    states.period_end,
    states.customer_id,
    states.is_key_account,
    states.last_contact_on,
    cast(states.days as integer) as silence_days,
    states.is_contacted,
    cast(states.follow_ups_due as bigint) as follow_ups_due,
    cast(states.follow_ups_overdue as bigint) as follow_ups_overdue
from states
inner join {{ ref('closed_periods') }} as periods on states.period_end = periods.period_end
