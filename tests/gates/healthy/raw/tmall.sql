-- 100 orders of two lines; the newer list writes numbers behind a tab.
insert into tmall.orders by name
select '="31' || i || '"' as order_no, 90 as goods_amount, '交易成功' as status, timestamptz '2026-10-01 08:00:00+00' as created_at,
    'orders' as _file_id, i as _row
from range(1, 101) as numbers (i);

insert into tmall.order_lines by name
select chr(9) || '31' || i as order_no, 50 as unit_price, 1 as quantity, 'lines' as _file_id, 2 * i + n - 2 as _row
from range(1, 101) as orders (i), range(1, 3) as lines (n);
