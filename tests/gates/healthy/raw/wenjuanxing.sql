insert into wenjuanxing.relationship_answers by name
select i as answer_no, timestamptz '2026-10-01 08:00:00+00' as submitted_at, i % 11 as recommend, 1 + i % 5 as satisfaction,
    'answers' as _file_id, i as _row
from range(1, 51) as numbers (i);
