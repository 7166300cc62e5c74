insert into helpdesk.tickets by name
select 'T-' || i as ticket_no, 'inquiry' as kind, 'solved' as status, timestamptz '2026-10-01 08:00:00+00' as created_at,
    timestamptz '2026-10-02 08:00:00+00' as solved_at, 4 as csat_score, 5 as csat_scale_max, 'tickets' as _file_id, i as _row
from range(1, 51) as numbers (i);
