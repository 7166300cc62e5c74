select
    scope_id as account_manager,
    day,
    is_ahead,
    amount
from {{ ref('plan_days') }}
where
    metric = 'net_revenue'
    and scope_type = 'employee'
