select
    '7' as employee_id,
    'Ann' as employee_name,
    'till' as _file_id,
    cast(1 as bigint) as _row,
    timestamptz '2026-01-02' as _exported_at,
    timestamptz '2026-01-02' as _loaded_at,
    cast(1 as bigint) as _load
