-- 40 members who earned 100 points and spent 30, as the programme's own statement says.
insert into loyalty.ledger by name
select 'G' || i as entry_no, 'M' || i as member_no, date '2026-09-01' as booked_on, 'earn' as kind, 100 as points,
    'ledger' as _file_id, i as _row
from range(1, 41) as numbers (i)
union all by name
select 'E' || i as entry_no, 'M' || i as member_no, date '2026-10-01' as booked_on, 'redeem' as kind, 30 as points,
    'ledger' as _file_id, 40 + i as _row
from range(1, 41) as numbers (i);

insert into loyalty.balances by name
select 'M' || i as member_no, date '2026-10-31' as stated_on, 70 as points, 'balances' as _file_id, i as _row
from range(1, 41) as numbers (i);
