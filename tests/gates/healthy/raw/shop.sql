-- 200 delivered orders of two lines, invoiced, one in fifty returned in part; what is exported on a day is of that day.
insert into shop.orders by name
select 'SO' || i as order_no, 'S' || (1 + i % 100) as customer_no, timestamptz '2026-10-01 08:00:00+00' + to_hours(i::int) as ordered_at,
    'web' as channel, 'completed' as status, date '2026-10-20' as promised_on, date '2026-10-18' as shipped_on,
    date '2026-10-19' as delivered_on, 'file20' as _file_id, i as _row
from range(1, 201) as numbers (i);

insert into shop.order_lines by name
select 'SO' || i || '-' || n as line_no, 'SO' || i as order_no, 'P' || (1 + i % 20) as product_no, 2 as quantity,
    50.25 as unit_price, 0.50 as discount, 100 as net_amount, 'file20' as _file_id, 2 * i + n - 2 as _row
from range(1, 201) as orders (i), range(1, 3) as lines (n);

insert into shop.returns by name
select 'R' || i as return_no, 'SO' || i as order_no, 'SO' || i || '-1' as line_no, date '2026-10-25' as returned_on, 40 as refund,
    'returns' as _file_id, i as _row
from range(1, 21) as numbers (i);

insert into shop.invoices by name
select 'RE' || i as invoice_no, 'S' || (1 + i % 100) as customer_no, 'SO' || i as order_no, date '2026-10-20' as issued_on,
    200 as amount, 'invoices' as _file_id, i as _row
from range(1, 201) as numbers (i);

insert into shop.products by name
select 'P' || i as product_no, 'Tools' as category, 30 as unit_cost, 50.25 as list_price, 'products' as _file_id, i as _row
from range(1, 21) as numbers (i);
