insert into surveymonkey.relationship_answers by name
select i as respondent_no, timestamptz '2026-10-01 08:00:00+00' as ended_at, i % 11 as recommend, 1 + i % 5 as satisfaction,
    'file20' as _file_id, i as _row
from range(1, 51) as numbers (i);
