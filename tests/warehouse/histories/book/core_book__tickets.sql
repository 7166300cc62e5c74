select
    ticket_id,
    customer_id,
    kind,
    status,
    created_at,
    solved_at,
    reopened_count,
    csat_score,
    csat_scale_max,
    {{ provenance(removed=true) }}
from ({{ latest_snapshot('book', 'tickets', ['ticket_id']) }}) as tickets
