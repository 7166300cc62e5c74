insert into zendesk.tickets by name
select i as ticket_no, 'Solved' as status, timestamptz '2026-10-01 08:00:00+00' as created_at,
    timestamptz '2026-10-02 08:00:00+00' as solved_at, 'tickets' as _file_id, i as _row
from range(1, 51) as numbers (i);
