{{ replaces_days('returned_on', changed=[
    changed_days('exchange_rates'),
    "select returned_on from " ~ this ~ " where return_id in (" ~ changed_keys('returns') ~ ")",
    "select returned_on from " ~ ref('returns') ~ " where return_id in (" ~ changed_keys('returns') ~ ")"
    ~ " or customer_id in (" ~ changed_keys('account_links') ~ ") or order_line_id in (" ~ changed_keys('order_lines') ~ ")",
    "select returned_on from " ~ this ~ " where order_id in (select order_id from " ~ ref('orders_considered') ~ " where "
    ~ of_changed_day('ordered_on', 'orders_considered') ~ ")",
]) }}
with

returns as (

    select * from {{ ref('returns') }}
    {%- if continues() %}
    where {{ of_changed_day('returned_on') }}
    {%- endif %}

),

orders as (

    select * from {{ ref('orders_considered') }}

),

lines as (

    select * from {{ ref('order_lines') }}

),

account_links as (

    select * from {{ ref('account_links') }}

),

exchange_rates as (

    select * from {{ ref('exchange_rates') }}

),

joined as (

    select
        returns.return_id,
        coalesce(returns.order_id, lines.order_id) as order_id,
        returns.order_line_id,
        coalesce(account_links.customer_id, orders.customer_id) as customer_id,
        lines.product_id,
        returns.returned_on,
        returns.reason,
        returns.quantity,
        returns.refund_amount as original_amount,
        coalesce(returns.currency, lines.currency, orders.currency, '{{ var('currency') }}') as currency,
        coalesce(orders.left_out_because, case when account_links.is_intercompany then 'intercompany' end) as left_out_because,
        returns._system,
        returns._file_id,
        returns._row
    from returns
    left join lines on returns.order_line_id = lines.order_line_id
    left join orders on coalesce(returns.order_id, lines.order_id) = orders.order_id
    left join account_links
        on
            returns.customer_id = account_links.system_customer_id
            and {{ valid_on('account_links', 'returns.returned_on') }}

),

converted as (

    select
        joined.*,
        {{ in_company_currency('joined.original_amount', 'joined.currency', 'exchange_rates.rate') }} as amount
    from joined
    left join exchange_rates
        on
            joined.currency = exchange_rates.from_currency
            and joined.returned_on = exchange_rates.day

)

select
    return_id,
    order_id,
    order_line_id,
    customer_id,
    product_id,
    returned_on,
    reason,
    quantity,
    original_amount,
    currency,
    _system,
    _file_id,
    _row,
    amount,
    coalesce(left_out_because, case when amount is null then 'no exchange rate' end) as left_out_because
from converted
order by returned_on
