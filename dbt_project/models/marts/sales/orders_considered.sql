{%- set bases = {'ordered': 'orders.ordered_on', 'delivered': 'orders.delivered_on', 'invoiced': 'first_invoices.issued_on'} -%}
{%- set changed = [
    "select ordered_on from " ~ ref('orders') ~ " where order_id in (" ~ changed_keys('orders') ~ ")",
    "select ordered_on from " ~ this ~ " where order_id in (" ~ changed_keys('orders') ~ ")",
    "select ordered_on from " ~ ref('orders') ~ " where customer_id in (" ~ changed_keys('account_links') ~ ")",
] -%}
{%- if var('revenue_basis') == 'invoiced' -%}
{#- the invoice of another order may have been this one's: whose first invoice is on another day than the row says -#}
    {%- do changed.append(
        "select known.ordered_on from " ~ this ~ " as known left join (select order_id, min(issued_on) as issued_on from " ~ ref('invoices')
        ~ " group by order_id) as first_invoices on known.order_id = first_invoices.order_id"
        ~ " where known.revenue_on is distinct from first_invoices.issued_on"
    ) -%}
{%- endif -%}
{{ replaces_days('ordered_on', changed) }}
with

orders as (

    select * from {{ ref('orders') }}
    {%- if continues() %}
    where {{ of_changed_day('ordered_on') }}
    {%- endif %}

),

account_links as (

    select * from {{ ref('account_links') }}

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
        when coalesce(orders.is_intercompany, false) or coalesce(account_links.is_intercompany, false) then 'intercompany'
    end as left_out_because,
    orders._system,
    orders._file_id,
    orders._row
from orders
left join account_links
    on
        orders.customer_id = account_links.system_customer_id
        and {{ valid_on('account_links', 'orders.ordered_on') }}
left join first_invoices on orders.order_id = first_invoices.order_id
