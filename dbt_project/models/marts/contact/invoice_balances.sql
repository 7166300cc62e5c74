-- What of an invoice was paid when, settled once: receivables and the churn rule of overdue invoices read it.
with

invoices as (

    select
        invoices.invoice_id,
        links.customer_id,
        invoices.issued_on,
        invoices.due_on,
        invoices.paid_on,
        invoices.paid_amount as paid_in_all,
        invoices.amount,
        coalesce(invoices.currency, '{{ var('currency') }}') as currency,
        rates.rate
    from {{ ref('invoices') }} as invoices
    left join {{ ref('account_links') }} as links
        on
            invoices.customer_id = links.system_customer_id
            and {{ valid_on('links', 'invoices.issued_on') }}
    left join {{ ref('customers') }} as customers on links.customer_id = customers.customer_id
    left join {{ ref('exchange_rates') }} as rates
        on
            invoices.currency = rates.from_currency
            and invoices.issued_on = rates.day
    where
        invoices._removed_at is null
        and not coalesce(customers.is_intercompany, false)
        -- an invoice without a rate is named in refused_rows, as is a payment
        and {{ in_company_currency('invoices.amount', "coalesce(invoices.currency, '" ~ var('currency') ~ "')", 'rates.rate') }} is not null

),

-- what is paid in another currency than the invoice's pays as much of it as both are worth in the company's, each on its own day
payments as (

    select
        payments.invoice_id,
        payments.paid_on,
        case
            when coalesce(payments.currency, invoices.currency) = invoices.currency then payments.amount
            else cast(round(
                {{ in_company_currency('payments.amount', 'payments.currency', 'rates.rate') }}
                / case when invoices.currency = '{{ var('currency') }}' then 1 else invoices.rate end,
                4
            ) as decimal(18, 4))
        end as amount,
        case when coalesce(payments.currency, invoices.currency) = invoices.currency then 0 else 1 end as exchanged
    from {{ ref('payments') }} as payments
    inner join invoices on payments.invoice_id = invoices.invoice_id
    left join {{ ref('exchange_rates') }} as rates
        on
            payments.currency = rates.from_currency
            and payments.paid_on = rates.day
    where
        payments._removed_at is null
        and (
            coalesce(payments.currency, invoices.currency) = invoices.currency
            or {{ in_company_currency('payments.amount', 'payments.currency', 'rates.rate') }} is not null
        )

),

paid_by_payments as (

    select distinct invoice_id from payments

),

-- payments where they are known one by one, else what the invoice itself says; paid on nobody knows which day counts from the day of issue
settlements as (

    select
        invoice_id,
        paid_on,
        amount,
        exchanged
    from payments

    union all

    select
        invoices.invoice_id,
        coalesce(invoices.paid_on, invoices.issued_on) as paid_on,
        coalesce(invoices.paid_in_all, invoices.amount) as amount,
        0 as exchanged
    from invoices
    left join paid_by_payments on invoices.invoice_id = paid_by_payments.invoice_id
    where
        paid_by_payments.invoice_id is null
        and (invoices.paid_on is not null or invoices.paid_in_all > 0)

),

-- an invoice stands open from its issue to the payment that completes it, smaller after each one before
balances as (

    select
        invoices.invoice_id,
        invoices.issued_on as open_from,
        cast(0 as decimal(18, 4)) as paid,
        0 as exchanged,
        0 as turn
    from invoices

    union all

    select
        settlements.invoice_id,
        settlements.paid_on as open_from,
        settlements.amount as paid,
        settlements.exchanged,
        1 as turn
    from settlements

),

stretches as (

    select
        invoice_id,
        open_from,
        sum(paid) over (partition by invoice_id order by open_from, turn, paid rows unbounded preceding) as paid_so_far,
        max(exchanged) over (partition by invoice_id order by open_from, turn, paid rows unbounded preceding) as exchanged_so_far,
        lead(open_from) over (partition by invoice_id order by open_from, turn, paid) as open_to
    from balances

),

-- paid before its issue, it is less from its first day on
since_issue as (

    select
        invoices.invoice_id,
        invoices.customer_id,
        invoices.issued_on,
        invoices.due_on,
        greatest(stretches.open_from, invoices.issued_on) as open_from,
        stretches.open_to,
        case
            -- where money was exchanged, the bank's rate was not the company's: what little is left is owed by nobody
            when stretches.paid_so_far < invoices.amount * case when stretches.exchanged_so_far = 1 then 1 - {{ var('payment_tolerance') }} / 100.0 else 1 end
                then {{ in_company_currency('(invoices.amount - stretches.paid_so_far)', 'invoices.currency', 'invoices.rate') }}
            else 0
        end as open_amount
    from stretches
    inner join invoices on stretches.invoice_id = invoices.invoice_id

)

select
    invoice_id,
    customer_id,
    issued_on,
    due_on,
    cast(open_from as date) as open_from,
    cast(open_to as date) as open_to,
    cast(open_amount as decimal(18, 4)) as open_amount
from since_issue
where
    open_to is null
    or open_to > open_from
