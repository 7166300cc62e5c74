-- What `rapport build` would have written before dbt runs.
create schema rapport; create schema web;
create table rapport.this_build as select 1::bigint as number, timestamptz '2026-02-01' as as_of, date '2026-02-01' as as_of_on,
    0::bigint as from_sequence, 0::bigint as from_build;
create table rapport.lake_files as
select system, table_name, file_id, file_id || '.csv' as name, exported_at::timestamptz as exported_at, sequence::bigint as sequence
from (values
    ('web', 'accounts', 'A', '2026-01-01 06:00Z', 1), ('web', 'accounts', 'B', '2026-01-02 06:00Z', 2),
    ('web', 'articles', 'A', '2026-01-01 06:00Z', 3), ('web', 'articles', 'B', '2026-01-02 06:00Z', 4),
    ('web', 'articles', 'A', '2026-01-03 06:00Z', 5)
) as v (system, table_name, file_id, exported_at, sequence);
create table web.accounts as
select no, name, file as _file_id, row::bigint as _row,
    exported::timestamptz as _exported_at, exported::timestamptz as _loaded_at, load::bigint as _load
from (values
    ('1', 'Old name', 'A', 1, '2026-01-01 06:00Z', 1), ('2', 'Gone', 'A', 2, '2026-01-01 06:00Z', 1),
    ('1', 'New name', 'B', 1, '2026-01-02 06:00Z', 2), ('3', 'Come', 'B', 2, '2026-01-02 06:00Z', 2)
) as v (no, name, file, row, exported, load);
create table web.articles as  -- file A was delivered again after B, so its rows carry the time of that delivery
select no, name, file as _file_id, row::bigint as _row,
    exported::timestamptz as _exported_at, exported::timestamptz as _loaded_at, load::bigint as _load
from (values
    ('1', 'First', 'A', 1, '2026-01-03 06:00Z', 5), ('2', 'Back', 'A', 2, '2026-01-03 06:00Z', 5),
    ('1', 'Second', 'B', 1, '2026-01-02 06:00Z', 4), ('3', 'Gone', 'B', 2, '2026-01-02 06:00Z', 4)
) as v (no, name, file, row, exported, load);
