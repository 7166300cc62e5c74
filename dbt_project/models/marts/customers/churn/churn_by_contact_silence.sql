with

rule as (

    select * from {{ ref('churn_rules') }}
    where rule = 'contact_silence'

)

select
    contacts.period_end,
    contacts.customer_id,
    rule.rule,
    cast(contacts.silence_days as double) as measured
from {{ ref('account_contacts') }} as contacts
inner join {{ ref('closed_periods') }} as months
    on
        contacts.period_end = months.period_end
        and months.grain = 'month'
cross join rule
where
    contacts.grain = 'month'
    and months.months_of_history >= 12
    and contacts.silence_days >= rule.threshold
