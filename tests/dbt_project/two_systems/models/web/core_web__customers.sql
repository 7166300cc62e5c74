select
    'web:' || no as customer_id,
    name as customer_name,
    {{ provenance(removed=true) }}
from ({{ latest_snapshot('web', 'accounts', key=['no']) }})
