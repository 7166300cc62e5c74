-- 50 accounts, each with a deal that is to close in November.
insert into fxiaoke.accounts by name
select 'a' || i as account_id, 'Account ' || i as account_name, 'accounts' as _file_id, i as _row
from range(1, 51) as numbers (i);

insert into fxiaoke.deals by name
select 'd' || i as deal_id, 'Account ' || i as account_name, 1000 + i as amount, date '2026-11-30' as expected_close_on, 'deals' as _file_id, i as _row
from range(1, 51) as numbers (i);
