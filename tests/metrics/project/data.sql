-- The rows of the company in models/marts/_marts.yml: few enough to add up by hand.
create schema marts;
create schema rapport;

create table rapport.this_build as select 1 as number, date '2026-04-20' as as_of_on;

create table marts.calendar_days as
select cast(day as date) as day from generate_series(timestamp '2025-01-01', timestamp '2026-12-31', interval 1 day) as days (day);

create table marts.customer_accounts (customer_id varchar, tier varchar, region varchar, account_manager varchar, nickname varchar);
insert into marts.customer_accounts values
('c:1', 'silver', 'North', 'E2', 'Anker'),
('c:2', 'gold', 'South', 'E2', 'Birke'),
('c:3', null, 'North', 'E1', 'Cedar');

create table marts.customer_attributes (customer_id varchar, valid_from date, valid_to date, tier varchar, region varchar, account_manager varchar);
insert into marts.customer_attributes values
('c:1', '1900-01-01', '2026-02-15', 'gold', 'North', 'E1'),
('c:1', '2026-02-15', null, 'silver', 'North', 'E2'),
('c:2', '1900-01-01', null, 'gold', 'South', 'E2'),
('c:3', '1900-01-01', null, null, 'North', 'E1');

create table marts.sales_lines (
    order_line_id varchar, order_id varchar, customer_id varchar, channel varchar, is_express boolean, quantity integer,
    ordered_on date, revenue_on date, amount decimal(18, 4), _file_id varchar, _row bigint
);
insert into marts.sales_lines values
('l8', 'o7', 'c:1', 'web', false, 9, '2025-01-20', '2025-01-20', 300.00, 'f0', 1),
('l1', 'o1', 'c:1', 'web', true, 1, '2026-01-05', '2026-01-05', 100.00, 'f1', 1),
('l2', 'o1', 'c:1', 'web', false, 2, '2026-01-05', '2026-01-05', 50.50, 'f1', 2),
('l3', 'o2', 'c:2', 'phone', false, 3, '2026-01-31', '2026-01-31', 200.00, 'f1', 3),
('l4', 'o3', 'c:1', 'web', true, 1, '2026-02-10', '2026-02-10', 80.00, 'f2', 1),
('l5', 'o4', 'c:1', 'web', false, 1, '2026-02-20', '2026-02-20', 120.00, 'f2', 2),
('l6', 'o5', 'c:3', null, false, 1, '2026-02-28', '2026-03-01', 40.00, 'f2', 3),
('l7', 'o6', null, 'phone', false, 1, '2026-03-15', '2026-03-15', 10.00, 'f3', 1);

create table marts.sales_returns (return_id varchar, customer_id varchar, returned_on date, amount decimal(18, 4), _file_id varchar, _row bigint);
insert into marts.sales_returns values
('r1', 'c:2', '2026-01-31', 25.25, 'f4', 1),
('r2', 'c:3', '2026-04-10', 5.00, 'f4', 2);

create table marts.sales_credits (credit_id varchar, customer_id varchar, booked_on date, amount decimal(18, 4), _file_id varchar, _row bigint);

create table marts.plan_days (day date, metric varchar, amount decimal(18, 4), why_no_total varchar);
insert into marts.plan_days values
('2026-01-05', 'net_revenue', 150, null),
('2026-01-06', 'net_revenue', 150, null),
('2026-01-06', 'orders', 7, null);

create table marts.plan_of_regions (day date, region varchar, amount decimal(18, 4));
insert into marts.plan_of_regions values
('2026-01-05', 'North', 100),
('2026-01-06', 'North', 60),
('2026-01-05', 'West', 50),
('2026-02-02', 'North', 250);

create table marts.plan_of_customers (day date, customer_id varchar, amount decimal(18, 4));
insert into marts.plan_of_customers values
('2026-01-05', 'c:1', 120),
('2026-01-05', 'c:3', 40);

create table marts.nps_accounts (grain varchar, period_end date, customer_id varchar, n integer, s integer);
insert into marts.nps_accounts values
('month', '2026-02-01', 'c:1', 8, 6),
('month', '2026-02-01', 'c:2', 4, -1),
('month', '2026-03-01', 'c:1', 5, 5);

create table marts.revenue_retention (grain varchar, period_end date, customer_id varchar, base_amount decimal(18, 4), current_amount decimal(18, 4));
insert into marts.revenue_retention values
('month', '2026-02-01', 'c:1', 300, 150.50),
('month', '2026-02-01', 'c:2', 100, 174.75),
('month', '2026-04-01', 'c:1', 300, 100),
('month', '2026-04-01', 'c:2', 100, 100),
('quarter', '2026-04-01', 'c:1', 300, -10),
('quarter', '2026-04-01', 'c:2', 100, 130);

create table marts.customer_values (
    grain varchar, period_end date, customer_id varchar, cohort_month varchar, months_since integer, reason varchar,
    future_amount decimal(18, 4), cost decimal(18, 4), bought integer, cohort_size integer
);
insert into marts.customer_values values
('month', '2026-02-01', 'c:1', '2026-01', 0, null, 900, 30, 1, 1),
('month', '2026-02-01', 'c:2', '2026-01', 0, null, 100, 20, 0, 1),
('month', '2026-02-01', 'c:2', '2026-01', 1, 'window_open', null, null, null, null),
('month', '2026-03-01', 'c:1', '2026-01', 0, null, 500, 30, 1, 1),
('month', '2026-03-01', 'c:1', '2026-01', 1, null, 500, 30, 1, 1);

create table marts.value_quality (grain varchar, period_end date, reason varchar);
insert into marts.value_quality values
('month', '2026-02-01', null),
('month', '2026-03-01', 'too_few_repeat_buyers n=57 needed=200; holdout_error error=31.2 allowed=20');

-- A was opened in the week to Sunday 22 February and solved on 2 March, B was opened on 2 March.
create table marts.open_cases (grain varchar, period_end date, case_id varchar, customer_id varchar);
insert into marts.open_cases values
('week', '2026-02-23', 'A', 'c:1'),
('week', '2026-03-02', 'A', 'c:1'),
('week', '2026-03-09', 'B', 'c:2'),
('month', '2026-03-01', 'A', 'c:1'),
('month', '2026-04-01', 'B', 'c:2');

create table marts.stock_periods (grain varchar, period_end date);
insert into marts.stock_periods values
('week', '2026-02-16'), ('week', '2026-02-23'), ('week', '2026-03-02'), ('week', '2026-03-09'),
('month', '2026-02-01'), ('month', '2026-03-01'), ('month', '2026-04-01');
