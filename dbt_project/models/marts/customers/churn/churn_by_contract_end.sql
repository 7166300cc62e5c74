with

period_ends as (

    select period_end from {{ ref('closed_periods') }}
    where
        grain = 'month'
        and months_of_history >= 12

),

rule as (

    select * from {{ ref('churn_rules') }}
    where rule = 'contract_end'

),

contracts as (

    select * from {{ ref('contracts') }}
    where _removed_at is null

),

unrenewed as (

    select contracts.*
    from contracts
    left join contracts as renewals
        on contracts.contract_id = renewals.renews_contract_id
    where renewals.contract_id is null

),

ends as (

    select
        period_ends.period_end,
        links.customer_id,
        min({{ dbt.datediff('period_ends.period_end', 'unrenewed.ends_on', 'day') }}) as days_left
    from period_ends
    inner join unrenewed
        on
            period_ends.period_end > unrenewed.starts_on
            and period_ends.period_end <= unrenewed.ends_on
    inner join {{ ref('account_links') }} as links
        on
            unrenewed.customer_id = links.system_customer_id
            and {{ valid_on('links', 'unrenewed.starts_on') }}
    group by period_ends.period_end, links.customer_id

)

select
    ends.period_end,
    ends.customer_id,
    rule.rule,
    cast(ends.days_left as double) as measured
from ends
cross join rule
where ends.days_left < rule.threshold
