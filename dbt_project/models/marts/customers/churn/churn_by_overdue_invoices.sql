with

period_ends as (

    select period_end from {{ ref('closed_periods') }}
    where
        grain = 'month'
        and months_of_history >= 12

),

rule as (

    select * from {{ ref('churn_rules') }}
    where rule = 'overdue_invoices'

),

invoices as (

    select
        links.customer_id,
        invoices.issued_on,
        invoices.due_on,
        invoices.paid_on
    from {{ ref('invoices') }} as invoices
    inner join {{ ref('account_links') }} as links
        on
            invoices.customer_id = links.system_customer_id
            and {{ valid_on('links', 'invoices.issued_on') }}
    where
        invoices._removed_at is null
        -- paid, though nobody says on which day
        and (invoices.paid_on is not null or coalesce(invoices.paid_amount, 0) < invoices.amount)

),

delays as (

    select
        period_ends.period_end,
        invoices.customer_id,
        max({{ dbt.datediff('invoices.due_on', 'period_ends.period_end', 'day') }}) as days_overdue
    from period_ends
    inner join invoices
        on
            period_ends.period_end > invoices.issued_on
            and period_ends.period_end > invoices.due_on
    where
        invoices.paid_on is null
        or invoices.paid_on >= period_ends.period_end
    group by period_ends.period_end, invoices.customer_id

)

select
    delays.period_end,
    delays.customer_id,
    rule.rule,
    cast(delays.days_overdue as double) as measured
from delays
cross join rule
where delays.days_overdue > rule.threshold
