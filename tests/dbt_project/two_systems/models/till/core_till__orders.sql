-- Exported on `exported` as delivery `load`: the older file of delivery 3 comes late, and deliveries 2 and 4 name the same time.
select
    'till:' || no as order_id,
    customer as customer_id,
    cast(day as timestamptz) as ordered_at,
    cast(day as date) as ordered_on,
    status,
    'shop' as channel,
    'f' || load as _file_id,
    cast(row as bigint) as _row,
    cast(exported as timestamptz) as _exported_at,
    cast(exported as timestamptz) as _loaded_at,
    cast(load as bigint) as _load
from (values
    (1, 'web:1', '2026-01-01', 'placed', '2026-01-02', 1, 1),
    (1, 'web:1', '2026-01-01', 'completed', '2026-01-03', 2, 1),
    (1, 'web:1', '2026-01-01', 'cancelled', '2026-01-01', 3, 1),
    (2, 'till:9', '2026-01-01', 'placed', '2026-01-03', 2, 2),
    (2, 'till:9', '2026-01-01', 'completed', '2026-01-03', 4, 1),
    (3, 'web:1', null, 'placed', '2026-01-03', 4, 2),
    (4, 'web:1', '2026-01-01', 'placed', '2026-01-02', 1, 3),
    (4, 'web:1', null, 'placed', '2026-01-03', 2, 3)
) as v (no, customer, day, status, exported, load, row)
