-- 100 orders of two lines; what belongs to the order stands on its first row.
insert into shopify.orders by name
select '#' || i as order_name, case when n = 1 then 'paid' end as financial_status, case when n = 1 then 40 end as total,
    1 as line_quantity, 20 as line_price, 'orders' as _file_id, 2 * i + n - 2 as _row
from range(1, 101) as orders (i), range(1, 3) as lines (n);

insert into shopify.customers by name
select 'c' || i || '@shop.example' as email, 'customers' as _file_id, i as _row
from range(1, 51) as numbers (i);
