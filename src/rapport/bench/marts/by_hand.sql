-- The limit: what Rapport's shared set holds, by hand, in one script, with nothing that is not needed. $drops is the folder of exports.
create table customers as from read_csv('$drops/customers_*.csv', columns = {'customer_id': 'varchar', 'customer_name': 'varchar'});
create table rates as from read_csv('$drops/fx_rates_*.csv', columns = {
    'from_currency': 'varchar', 'to_currency': 'varchar', 'rate_on': 'date', 'rate': 'decimal(18, 8)'
});
create table orders as from read_csv('$drops/orders_*.csv', columns = {
    'order_id': 'varchar', 'customer_id': 'varchar', 'ordered_at': 'timestamptz', 'ordered_on': 'date', 'channel': 'varchar',
    'status': 'varchar', 'currency': 'varchar', 'promised_on': 'date', 'delivered_on': 'date'
});
create table sales_lines as
select l.order_line_id, l.order_id, o.customer_id, l.product_id, o.ordered_on, l.quantity, l.currency, l.net_amount as original_amount,
    round(l.net_amount * case when l.currency = 'EUR' then 1 else r.rate end, 4)::decimal(18, 4) as amount
from read_csv('$drops/order_lines_*.csv', columns = {
    'order_line_id': 'varchar', 'order_id': 'varchar', 'product_id': 'varchar', 'quantity': 'decimal(18, 4)',
    'net_amount': 'decimal(18, 4)', 'currency': 'varchar'
}) as l
join orders as o on l.order_id = o.order_id and o.status != 'cancelled'
left join rates as r on l.currency = r.from_currency and o.ordered_on = r.rate_on
order by o.ordered_on;
create table sales_returns as
select t.return_id, t.order_id, t.customer_id, l.product_id, t.returned_on, t.currency, t.refund_amount as original_amount,
    round(t.refund_amount * case when t.currency = 'EUR' then 1 else r.rate end, 4)::decimal(18, 4) as amount
from read_csv('$drops/returns_*.csv', columns = {
    'return_id': 'varchar', 'order_id': 'varchar', 'order_line_id': 'varchar', 'customer_id': 'varchar', 'returned_on': 'date',
    'quantity': 'decimal(18, 4)', 'refund_amount': 'decimal(18, 4)', 'currency': 'varchar'
}) as t
join orders as o on t.order_id = o.order_id and o.status != 'cancelled'
left join sales_lines as l on t.order_line_id = l.order_line_id
asof left join rates as r on t.currency = r.from_currency and t.returned_on >= r.rate_on
where t.currency = 'EUR' or t.returned_on <= r.rate_on + 7;
create table sales_orders as
select o.order_id, o.customer_id, o.channel, o.ordered_on, o.promised_on, o.delivered_on, l.lines, l.amount
from orders as o
join (select order_id, count(*) as lines, sum(amount)::decimal(18, 4) as amount from sales_lines group by order_id) as l on o.order_id = l.order_id
order by o.ordered_on;
create table order_days as
select customer_id, ordered_on, ordered_on = min(ordered_on) over (partition by customer_id) as is_first_ever
from (select distinct customer_id, ordered_on from sales_orders);
create table customer_revenue_days as
select customer_id, day, sum(amount)::decimal(18, 4) as amount
from (
    select customer_id, ordered_on as day, amount from sales_lines
    union all
    select customer_id, returned_on as day, -amount as amount from sales_returns
)
group by customer_id, day;
create table product_days as
select 'sale' as kind, product_id, currency, ordered_on as day, sum(quantity)::decimal(18, 4) as quantity,
    sum(amount)::decimal(18, 4) as amount, sum(original_amount)::decimal(18, 4) as original_amount
from sales_lines
group by product_id, currency, ordered_on
union all
select 'return', product_id, currency, returned_on, 0, -sum(amount)::decimal(18, 4), -sum(original_amount)::decimal(18, 4)
from sales_returns
group by product_id, currency, returned_on;
create table service_tickets as
select ticket_id, customer_id, kind, status, created_at::date as opened_on, solved_at::date as solved_on
from read_csv('$drops/tickets_*.csv', columns = {
    'ticket_id': 'varchar', 'customer_id': 'varchar', 'kind': 'varchar', 'status': 'varchar', 'created_at': 'timestamptz',
    'solved_at': 'timestamptz'
});
create table survey_scores as
select response_id as answer_id, kind, customer_id, score, responded_at::date as responded_on
from read_csv('$drops/survey_responses_*.csv', columns = {
    'response_id': 'varchar', 'kind': 'varchar', 'customer_id': 'varchar', 'score': 'double', 'scale_min': 'double',
    'scale_max': 'double', 'responded_at': 'timestamptz'
});
