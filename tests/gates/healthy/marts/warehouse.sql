-- A warehouse after a build: 13 months × 20 orders of the shop with two lines each, 20 orders of Olist with one, both of 2025-10 to
-- 2026-10; what is in `previous` was published before and is the same.
create schema rapport; create schema core; create schema staging; create schema marts;
create schema shop; create schema olist; create schema helpdesk; create schema surveys;

create table rapport.this_build as
select 2 as number, timestamptz '2026-11-02 00:00:00+00' as as_of, date '2026-11-02' as as_of_on;

create table rapport.lake_files as
select system, table_name, system || '-' || table_name as file_id, table_name || '.csv' as name, rows_in_file, rows_good,
    rows_in_file - rows_good as rows_rejected, 0 as rows_skipped, true as is_latest_delivery
from (values
    ('shop', 'orders', 260, 260), ('shop', 'order_lines', 522, 520), ('shop', 'returns', 13, 13),
    ('olist', 'orders', 20, 20), ('olist', 'order_items', 20, 20), ('olist', 'order_reviews', 20, 20),
    ('helpdesk', 'tickets', 100, 100), ('surveys', 'answers', 100, 100)
) as files (system, table_name, rows_in_file, rows_good);

-- what the files say
create table shop.orders as
select 'SO' || i as order_no, 'S' || i % 10 as customer_no, (date '2025-10-05' + to_months((i % 13)::int))::date as day,
    'shop-orders' as _file_id, i as _row
from range(1, 261) as numbers (i);
create table shop.order_lines as
select order_no || '-' || n as line_no, order_no, day, 100.00::decimal(18, 4) as net_amount,
    'shop-order_lines' as _file_id, 2 * (_row - 1) + n as _row
from shop.orders, range(1, 3) as lines (n);
create table shop.returns as
select 'R' || i as return_no, 'SO' || i || '-1' as line_no, (date '2025-10-20' + to_months((i % 13)::int))::date as day,
    20.00::decimal(18, 4) as refund, 'shop-returns' as _file_id, i as _row
from range(1, 14) as numbers (i);
create table olist.orders as
select 'o' || i as order_id, date '2026-05-05' as day, 'olist-orders' as _file_id, i as _row from range(1, 21) as numbers (i);
create table olist.order_items as
select order_id, day, 50.00::decimal(18, 4) as price, 'olist-order_items' as _file_id, _row from olist.orders;
create table olist.order_reviews as select 'r' || _row as review_id, 'olist-order_reviews' as _file_id, _row from olist.orders;
create table helpdesk.tickets as
select 'T' || i as ticket_no, 'helpdesk-tickets' as _file_id, i as _row from range(1, 101) as numbers (i);
create table surveys.answers as
select 'A' || i as answer_no, 'surveys-answers' as _file_id, i as _row from range(1, 101) as numbers (i);

-- what core makes of them
create view staging.core_shop__orders as
select 'shop:' || order_no as order_id, 'shop:' || customer_no as customer_id, day, _file_id, _row from shop.orders;
create view staging.core_olist__orders as
select 'olist:' || order_id as order_id, 'olist:u' || _row as customer_id, day, _file_id, _row from olist.orders;
create view staging.core_shop__order_lines as
select 'shop:' || line_no as order_line_id, 'shop:' || order_no as order_id, net_amount, 'EUR' as currency, _file_id, _row
from shop.order_lines;
create view staging.core_olist__order_lines as
select 'olist:' || order_id || ':1' as order_line_id, 'olist:' || order_id as order_id, price as net_amount, 'BRL' as currency,
    _file_id, _row
from olist.order_items;
create view staging.core_shop__returns as
select 'shop:' || return_no as return_id, refund as refund_amount, 'EUR' as currency, day, _file_id, _row from shop.returns;
create view staging.core_helpdesk__tickets as select 'helpdesk:' || ticket_no as ticket_id, _file_id, _row from helpdesk.tickets;
create view staging.core_olist__survey_responses as
select 'olist:' || review_id as response_id, _file_id, _row from olist.order_reviews;
create view staging.core_surveys__survey_responses as
select 'surveys:' || answer_no as response_id, _file_id, _row from surveys.answers;

create table core.orders as
select order_id, customer_id, day as ordered_on, 'completed' as status, false as is_intercompany, _file_id, _row
from (from staging.core_shop__orders union all from staging.core_olist__orders);
create table core.order_lines as from staging.core_shop__order_lines union all from staging.core_olist__order_lines;
create table core.returns as from staging.core_shop__returns;
create table core.tickets as from staging.core_helpdesk__tickets;
create table core.survey_responses as
select *, 'csat' as kind, null::timestamptz as _removed_at
from (from staging.core_olist__survey_responses union all from staging.core_surveys__survey_responses);
update core.survey_responses set _removed_at = timestamptz '2026-10-31 08:00:00+00' where response_id = 'surveys:A9';
create table core.customers as select 'crm:K' || i as customer_id, false as is_intercompany from range(10) as numbers (i);
create table core.targets as
select 'net_revenue' as metric, scope_type, scope_id, date '2026-10-01' as period_start, date '2026-11-01' as period_end,
    value::decimal(18, 4) as value, 'crm-targets' as _file_id, row_number() over () as _row, null::timestamptz as _removed_at
from (values ('company', 'all', 2000), ('employee', 'E-1', 1100), ('employee', 'E-2', 900)) as targets (scope_type, scope_id, value);

-- the marts
create table marts.account_links as
select 'shop:S' || i as system_customer_id, 'crm:K' || i as customer_id, date '2020-01-01' as valid_from, null::date as valid_to
from range(10) as numbers (i);
create table marts.sales_lines as
select order_line_id, order_id, customer_id, ordered_on, ordered_on as revenue_on, net_amount as amount, net_amount as original_amount,
    currency, true as is_linked, lines._file_id, lines._row
from core.order_lines as lines
inner join core.orders as orders using (order_id);
create table marts.sales_orders as
select orders.order_id, ordered_on, ordered_on + 3 as promised_on, ordered_on + 2 as delivered_on, true as is_on_time,
    count(*) as lines, sum(amount)::decimal(18, 4) as amount, any_value(orders._file_id) as _file_id, any_value(orders._row) as _row
from core.orders as orders
inner join marts.sales_lines using (order_id, ordered_on)
group by all;
create table marts.sales_returns as
select return_id, day as returned_on, refund_amount as amount, refund_amount as original_amount, currency, _file_id, _row
from core.returns;
create table marts.file_loads as
select system, table_name, file_id, name, rows_in_file, rows_good, rows_rejected, rows_skipped from rapport.lake_files;
create table marts.refused_rows as
select 'order_lines' as core_table, 'shop-order_lines' as _file_id, 1 as _row, 'no order' as rule, 100::decimal(18, 4) as amount
limit 0;
create table marts.rejected_rows as
select 'loading' as refused_by, 'shop' as system, 'order_lines' as table_name, 'shop-order_lines' as _file_id, 520 + i as _row
from range(1, 3) as numbers (i);
create table marts.revenue_retention as
select 'month' as grain, date '2026-11-01' as period_end, 'crm:K' || i as customer_id, 100::decimal(18, 4) as base_amount,
    120::decimal(18, 4) as current_amount, 120::decimal(18, 4) as retained_amount, 100::decimal(18, 4) as retained_without_growth_amount
from range(10) as numbers (i);
create table marts.revenue_ranks as
select 'month' as grain, date '2026-11-01' as period_end, 'crm:K' || i as customer_id, 1000 - 50 * i as amount, i + 1 as rank
from range(10) as numbers (i);
create table marts.plan_days as
select metric, scope_type, scope_id, (period_start + n::int)::date as day, (value / 20)::decimal(18, 4) as amount
from core.targets, range(20) as days (n);
create table marts.nps_accounts as
select 'month' as grain, date '2026-11-01' as period_end, 'crm:K' || i as nps_account, 4 as n, 1 as s, 2 as promoters, 1 as detractors
from range(10) as numbers (i);
create table marts.survey_scores as
select response_id as answer_id, kind, 1 as scale_min, 5 as scale_max, true as is_satisfied, _file_id, _row from core.survey_responses
where _removed_at is null;
create table marts.service_tickets as
select ticket_id, date '2026-10-01' as opened_on, date '2026-10-02' as solved_on, _file_id, _row from core.tickets;
create table marts.customer_accounts as select customer_id from core.customers;
create table marts.customer_health as
select date '2026-11-01' as period_end, customer_id, 10 as churn_risk, false as is_at_risk, 100::decimal(18, 4) as revenue_12m
from core.customers;
create table marts.calendar_days as
select unnest(range(date '2025-01-01', date '2027-12-31', interval 1 day))::date as day;

create schema previous.marts; create schema previous.rapport;
create table previous.rapport.this_build as from rapport.this_build;
create table previous.rapport.lake_files as from rapport.lake_files;
create table previous.marts.sales_lines as from marts.sales_lines;
create table previous.marts.customer_accounts as from marts.customer_accounts;
