-- One row about all of history, beside the facts and not in them: the first value that ever comes concerns every day, and facts make only changed days anew.
with

orders as (

    select
        count(promised_on) as promised,
        count(case when promised_on is not null then delivered_on end) as delivered,
        count(*) as orders
    from {{ ref('orders_considered') }}

),

tickets as (

    select
        count(reopened_count) as counted,
        count(*) as tickets
    from {{ ref('tickets') }}

),

events as (

    select count(*) as events from {{ ref('ticket_events') }}

),

contracts as (

    select
        count(renews_contract_id) as renewals,
        count(*) as contracts
    from {{ ref('contracts') }}

),

invoices as (

    select
        count(due_on) as due,
        count(*) as invoices
    from {{ ref('invoices') }}

)

select
    this_build.as_of_on,
    case when orders.orders > 0 and orders.promised = 0 then 'unfilled column=orders.promised_on' end as promises,
    case
        when orders.orders > 0 and orders.promised = 0 then 'unfilled column=orders.promised_on'
        when orders.promised > 0 and orders.delivered = 0 then 'unfilled column=orders.delivered_on'
    end as deliveries,
    case when tickets.tickets > 0 and tickets.counted = 0 and events.events = 0 then 'unfilled column=tickets.reopened_count' end as reopenings,
    case when contracts.contracts > 0 and contracts.renewals = 0 then 'unfilled column=contracts.renews_contract_id' end as renewals,
    case when invoices.invoices > 0 and invoices.due = 0 then 'unfilled column=invoices.due_on' end as due_days
from {{ source('rapport', 'this_build') }} as this_build
cross join orders
cross join tickets
cross join events
cross join contracts
cross join invoices
