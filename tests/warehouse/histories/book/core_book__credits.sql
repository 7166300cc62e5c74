select
    credit_id,
    customer_id,
    order_id,
    'rebate' as kind,
    booked_on,
    amount,
    currency,
    {{ provenance(removed=true) }}
from ({{ latest_snapshot('book', 'credits', ['credit_id']) }}) as credits
