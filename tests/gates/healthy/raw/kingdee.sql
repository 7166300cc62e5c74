-- 100 approved order lines of 113, tax and net in it; a receivable and a receipt of each.
insert into kingdee.sales_orders by name
select 'SO' || i as order_no, 1 as line_no, '已审核' as document_status, 100 as amount, 13 as tax, 113 as amount_with_tax,
    'sales_orders' as _file_id, i as _row
from range(1, 101) as numbers (i);

insert into kingdee.receivables by name
select 'AR' || i as invoice_no, '已审核' as document_status, 113 as amount_with_tax, 113 as paid, 'receivables' as _file_id, i as _row
from range(1, 101) as numbers (i);

insert into kingdee.receipts by name
select 'SK' || i as receipt_no, 1 as line_no, '已审核' as document_status, 113 as amount, 'receipts' as _file_id, i as _row
from range(1, 101) as numbers (i);
