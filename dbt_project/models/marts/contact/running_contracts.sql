select
    periods.grain,
    periods.period_end,
    terms.contract_id,
    terms.customer_id,
    terms.ends_on,
    terms.annual_amount,
    cast({{ dbt.datediff('periods.period_end', 'terms.ends_on', 'day') }} as integer) as days_left,
    coalesce(
        terms.ends_on < {{ day_after('periods.period_end', var('renewal_days_ahead')) }}, false
    ) as is_renewal_due
from {{ ref('closed_periods') }} as periods
inner join {{ ref('contract_terms') }} as terms
    on
        periods.period_end > terms.starts_on
        and (terms.ends_on is null or periods.period_end <= terms.ends_on)
