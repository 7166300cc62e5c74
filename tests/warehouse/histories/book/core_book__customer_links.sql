select
    'canonical' as system,
    till_no as system_customer_id,
    customer_id,
    valid_from,
    valid_to,
    'given' as matched_by,
    {{ provenance(removed=true) }}
from ({{ latest_snapshot('book', 'customer_links', ['till_no', 'valid_from']) }}) as links
