select
    month_ends.period_end,
    customers.customer_id,
    customers.created_on,
    coalesce(history.is_key_account, false) as is_key_account
from {{ ref('closed_periods') }} as month_ends
inner join {{ ref('customers') }} as customers
    on
        (customers.created_on is null or month_ends.period_end > customers.created_on)
        and (customers._removed_at is null or month_ends.period_end <= {{ local_date('customers._removed_at') }})
inner join {{ ref('account_history') }} as history
    on
        customers.customer_id = history.customer_id
        and {{ valid_at_end('history', 'month_ends.period_end') }}
where
    month_ends.grain = 'month'
    and not coalesce(customers.is_intercompany, false)
