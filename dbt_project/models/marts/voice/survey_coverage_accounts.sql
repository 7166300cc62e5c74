with

periods as (

    select
        grain,
        period_end
    from {{ ref('closed_periods') }}
    where months_of_history >= 12

),

asked as (

    select distinct
        periods.grain,
        periods.period_end,
        asks.customer_id
    from periods
    inner join {{ ref('survey_asks') }} as asks
        on
            periods.period_end > asks.sent_on
            and asks.sent_on >= {{ day_after('periods.period_end', -12, 'month') }}

)

select
    periods.grain,
    periods.period_end,
    accounts.customer_id,
    asked.customer_id is not null as is_asked
from periods
inner join {{ ref('accounts_at_month_ends') }} as accounts
    on
        periods.period_end = accounts.period_end
        and accounts.is_key_account
left join asked
    on
        periods.grain = asked.grain
        and periods.period_end = asked.period_end
        and accounts.customer_id = asked.customer_id
