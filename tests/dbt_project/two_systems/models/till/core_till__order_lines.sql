select
    'till:' || no as order_line_id,
    'till:' || order_no as order_id,
    cast(1 as decimal(18, 4)) as quantity,
    cast(amount as decimal(18, 4)) as net_amount,
    currency,
    'l' as _file_id,
    cast(no as bigint) as _row,
    timestamptz '2026-01-02' as _exported_at,
    timestamptz '2026-01-02' as _loaded_at,
    cast(1 as bigint) as _load
from (values
    (1, 1, 10.00, 'EUR'),
    (2, 1, 3.00, 'USD'),
    (3, 2, 7.50, null),
    (4, 1, 5.00, 'CHF'),
    (5, 1, null, 'EUR'),
    (6, 99, 1.25, 'EUR')
) as v (no, order_no, amount, currency)
