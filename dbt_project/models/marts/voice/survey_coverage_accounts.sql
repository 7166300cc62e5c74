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
    attributes.customer_id,
    asked.customer_id is not null as is_asked
from periods
inner join {{ ref('customer_attributes') }} as attributes
    on
        attributes.is_key_account
        and {{ valid_at_end('attributes', 'periods.period_end') }}
left join asked
    on
        periods.grain = asked.grain
        and periods.period_end = asked.period_end
        and attributes.customer_id = asked.customer_id
