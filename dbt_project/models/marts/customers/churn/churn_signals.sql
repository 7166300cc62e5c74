with

signals as (

    select * from {{ ref('churn_by_order_gap') }}
    union all
    select * from {{ ref('churn_by_revenue_trend') }}
    union all
    select * from {{ ref('churn_by_score_drop') }}
    union all
    select * from {{ ref('churn_by_tickets') }}
    union all
    select * from {{ ref('churn_by_contract_end') }}
    union all
    select * from {{ ref('churn_by_overdue_invoices') }}
    union all
    select * from {{ ref('churn_by_contact_silence') }}

)

select
    period_end,
    customer_id,
    rule,
    measured
from signals
