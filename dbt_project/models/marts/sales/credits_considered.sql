{{ replaces_days('booked_on', changed=[
    changed_days('exchange_rates'),
    "select booked_on from " ~ this ~ " where credit_id in (" ~ changed_keys('credits') ~ ")",
    "select booked_on from " ~ ref('credits') ~ " where credit_id in (" ~ changed_keys('credits') ~ ")"
    ~ " or customer_id in (" ~ changed_keys('account_links') ~ ")",
    "select booked_on from " ~ this ~ " where order_id in (select order_id from " ~ ref('orders_considered') ~ " where "
    ~ of_changed_day('ordered_on', 'orders_considered') ~ ")",
]) }}
with

credits as (

    select * from {{ ref('credits') }}
    {%- if continues() %}
    where {{ of_changed_day('booked_on') }}
    {%- endif %}

),

orders as (

    select * from {{ ref('orders_considered') }}

),

account_links as (

    select * from {{ ref('account_links') }}

),

exchange_rates as (

    select * from {{ ref('exchange_rates') }}

),

joined as (

    select
        credits.credit_id,
        credits.order_id,
        account_links.customer_id,
        credits.kind,
        credits.booked_on,
        credits.amount as original_amount,
        coalesce(credits.currency, orders.currency, '{{ var('currency') }}') as currency,
        coalesce(orders.left_out_because, case when account_links.is_intercompany then 'intercompany' end) as left_out_because,
        credits._system,
        credits._file_id,
        credits._row
    from credits
    left join orders on credits.order_id = orders.order_id
    left join account_links
        on
            credits.customer_id = account_links.system_customer_id
            and {{ valid_on('account_links', 'credits.booked_on') }}

),

converted as (

    select
        joined.*,
        {{ in_company_currency('joined.original_amount', 'joined.currency', 'exchange_rates.rate') }} as amount
    from joined
    left join exchange_rates
        on
            joined.currency = exchange_rates.from_currency
            and joined.booked_on = exchange_rates.day

)

select
    credit_id,
    order_id,
    customer_id,
    kind,
    booked_on,
    original_amount,
    currency,
    _system,
    _file_id,
    _row,
    amount,
    coalesce(left_out_because, case when amount is null then 'no exchange rate' end) as left_out_because
from converted
order by booked_on
