select
    'USD' as from_currency,
    'EUR' as to_currency,
    date '2025-12-29' as rate_on,
    cast(0.91117 as decimal(18, 8)) as rate,
    'x' as _file_id,
    cast(1 as bigint) as _row,
    timestamptz '2026-01-02' as _exported_at,
    timestamptz '2026-01-02' as _loaded_at,
    cast(1 as bigint) as _load
