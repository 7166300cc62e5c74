select
    'web:' || no as product_id,
    name as product_name,
    {{ provenance(removed=true) }}
from ({{ latest_snapshot('web', 'articles', key=['no']) }})
