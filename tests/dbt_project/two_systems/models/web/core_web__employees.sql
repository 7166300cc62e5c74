select
    '7' as employee_id,
    'Anna' as employee_name,
    'ann@two.example' as email,
    'web' as _file_id,
    cast(2 as bigint) as _row,
    timestamptz '2026-01-09' as _exported_at,
    timestamptz '2026-01-09' as _loaded_at,
    cast(9 as bigint) as _load
