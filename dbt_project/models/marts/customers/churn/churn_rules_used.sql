with

rules as (

    select * from {{ ref('churn_rules') }}

),

fed as (

    select 'order_gap' as rule, 'orders' as needs, count(*) as rows_fed from {{ ref('orders') }}
    union all
    select 'revenue_trend' as rule, 'order_lines' as needs, count(*) as rows_fed from {{ ref('order_lines') }}
    union all
    select 'score_drop' as rule, 'survey_responses' as needs, count(*) as rows_fed from {{ ref('survey_responses') }}
    union all
    select 'tickets' as rule, 'tickets' as needs, count(*) as rows_fed from {{ ref('tickets') }}
    union all
    select 'contract_end' as rule, 'contracts' as needs, count(*) as rows_fed from {{ ref('contracts') }}
    union all
    select 'overdue_invoices' as rule, 'invoices' as needs, count(*) as rows_fed from {{ ref('invoices') }}
    union all
    select 'contact_silence' as rule, 'interactions' as needs, count(*) as rows_fed from {{ ref('interactions') }}

),

-- where no contract ever says what it renews, all would end without renewal; without due days nothing would ever be overdue
unknown as (

    select 'contract_end' as rule from {{ ref('unfilled_columns') }}
    where renewals is not null
    union all
    select 'overdue_invoices' as rule from {{ ref('unfilled_columns') }}
    where due_days is not null

)

select
    rules.rule,
    rules.points,
    rules.threshold,
    rules.reason_en,
    rules.reason_zh,
    fed.needs,
    coalesce(fed.rows_fed > 0 and unknown.rule is null, false) as is_used
from rules
-- a rule of the seed that no model computes has no needs, which the contract refuses
left join fed
    on rules.rule = fed.rule
left join unknown
    on rules.rule = unknown.rule
