{%- set bases = {'ordered': 'orders.ordered_on', 'delivered': 'orders.delivered_on', 'invoiced': 'first_invoices.issued_on'} -%}
with

orders as (

    select * from {{ ref('orders') }}

),

account_links as (

    select * from {{ ref('account_links') }}

),

accounts as (

    select * from {{ ref('customers') }}

),

first_invoices as (

    select
        order_id,
        min(issued_on) as issued_on
    from {{ ref('invoices') }}
    group by order_id

)

select
    orders.order_id,
    account_links.customer_id,
    orders.employee_id as seller_id,
    orders.channel,
    orders.legal_entity,
    orders.ordered_on,
    {{ bases[var('revenue_basis')] }} as revenue_on,
    orders.promised_on,
    orders.delivered_on,
    coalesce(orders.currency, '{{ var('currency') }}') as currency,
    case
        when orders.status = 'cancelled' then 'cancelled'
        when coalesce(orders.is_intercompany, false) or coalesce(accounts.is_intercompany, false) then 'intercompany'
    end as left_out_because,
    orders._system,
    orders._file_id,
    orders._row
from orders
left join account_links
    on
        orders.customer_id = account_links.system_customer_id
        and {{ valid_on('account_links', 'orders.ordered_on') }}
left join accounts on account_links.customer_id = accounts.customer_id
left join first_invoices on orders.order_id = first_invoices.order_id
