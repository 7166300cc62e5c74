with

periods as (

    select
        grain,
        period_start,
        period_end
    from {{ ref('closed_periods') }}

),

-- nobody says when a requirement was declined, so that it counts in no period
requirements as (

    select
        requirements.requirement_id,
        links.customer_id,
        requirements.class,
        requirements.priority,
        requirements.created_on,
        requirements.due_on,
        requirements.delivered_on,
        {{ in_company_currency('requirements.value_at_stake', "coalesce(requirements.currency, '" ~ var('currency') ~ "')", 'rates.rate') }} as value_at_stake,
        requirements._system,
        requirements._file_id,
        requirements._row
    from {{ ref('requirements') }} as requirements
    left join {{ ref('account_links') }} as links
        on
            requirements.customer_id = links.system_customer_id
            and {{ valid_on('links', 'requirements.created_on') }}
    left join {{ ref('exchange_rates') }} as rates
        on
            requirements.currency = rates.from_currency
            and requirements.created_on = rates.day
    where
        requirements._removed_at is null
        and coalesce(requirements.status, 'new') != 'declined'
        and not coalesce(links.is_intercompany, false)

),

states as (

    select
        periods.grain,
        periods.period_end,
        requirements.*,
        requirements.delivered_on is null or requirements.delivered_on >= periods.period_end as is_open,
        coalesce(
            requirements.due_on >= periods.period_start and requirements.due_on < periods.period_end, false
        ) as is_due
    from periods
    inner join requirements
        on periods.period_end > requirements.created_on

)

select
    grain,
    period_end,
    requirement_id,
    customer_id,
    class,
    priority,
    value_at_stake,
    is_open,
    coalesce(is_open and due_on < period_end, false) as is_overdue,
    is_due,
    coalesce(is_due and delivered_on <= due_on, false) as is_delivered_in_time,
    _system,
    _file_id,
    _row
from states
where
    is_open
    or is_due
