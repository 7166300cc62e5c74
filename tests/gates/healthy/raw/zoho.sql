-- 50 accounts, each with a deal that is to close in November.
insert into zoho.accounts by name
select 'a' || i as record_id, 'accounts' as _file_id, i as _row
from range(1, 51) as numbers (i);

insert into zoho.deals by name
select 'd' || i as record_id, 'a' || i as account_id, 1000 + i as amount, date '2026-11-30' as closing_on, 'deals' as _file_id, i as _row
from range(1, 51) as numbers (i);
