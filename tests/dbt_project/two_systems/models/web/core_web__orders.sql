select
    'web:1' as order_id,
    'web:2' as customer_id,
    timestamptz '2026-01-01' as ordered_at,
    date '2026-01-01' as ordered_on,
    'w' as _file_id,
    cast(1 as bigint) as _row,
    timestamptz '2026-01-02' as _exported_at,
    timestamptz '2026-01-02' as _loaded_at,
    cast(1 as bigint) as _load
