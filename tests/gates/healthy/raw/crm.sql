-- 100 accounts with a contact, a manager, a contract and a shop number each; 12 months of plan up to the run's.
insert into crm.customers by name
select 'K-' || (10000 + i) as account_no, 'Account ' || i as account_name, 'trade' as industry,
    100000 as estimated_annual_spend, 1 + i % 5 as strategic_fit, date '2024-01-01' as created_on,
    'customers' as _file_id, i as _row
from range(1, 101) as numbers (i);

insert into crm.contacts by name
select 'C-' || (10000 + i) as contact_no, 'K-' || (10000 + i) as account_no, 'someone' || i || '@buyer.example' as email,
    'contacts' as _file_id, i as _row
from range(1, 101) as numbers (i);

insert into crm.employees by name
select 'E-' || i as employee_no, date '2020-01-01' as active_from, date '2025-01-01' as active_to, 'employees' as _file_id, i as _row
from range(1, 4) as numbers (i);

insert into crm.assignments by name
select 'K-' || (10000 + i) as account_no, 'E-1' as employee_no, 'account_manager' as role, date '2024-01-01' as valid_from,
    'assignments' as _file_id, i as _row
from range(1, 101) as numbers (i);

insert into crm.contracts by name
select 'V-' || i as contract_no, 'K-' || (10000 + i) as account_no, date '2026-01-01' as starts_on, date '2026-12-31' as ends_on,
    50000 as annual_value, 'contracts' as _file_id, i as _row
from range(1, 101) as numbers (i);

insert into crm.customer_links by name
select 'S' || i as shop_customer_no, 'K-' || (10000 + i) as account_no, date '2024-01-01' as valid_from,
    'links' as _file_id, i as _row
from range(1, 101) as numbers (i);

insert into crm.targets by name
select 'net_revenue' as metric, 'company' as scope_type, 'all' as scope_no,
    (date '2026-01-01' + to_months(i::int))::date as period_start, (date '2026-02-01' + to_months(i::int))::date as period_end,
    100000 as target_value, 'targets' as _file_id, i + 1 as _row
from range(12) as numbers (i);
