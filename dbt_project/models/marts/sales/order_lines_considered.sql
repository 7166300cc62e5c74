{{ replaces_days('ordered_on', changed=[
    changed_days('orders_considered'),
    changed_days('exchange_rates'),
    "select ordered_on from " ~ this ~ " where order_line_id in (" ~ changed_keys('order_lines') ~ ")",
    "select ordered_on from " ~ ref('orders_considered') ~ " where order_id in (select order_id from " ~ ref('order_lines')
    ~ " where order_line_id in (" ~ changed_keys('order_lines') ~ "))",
]) }}
{{- note_days([
    "select revenue_on from " ~ this ~ " where " ~ of_changed_day('ordered_on'),
    "select revenue_on from " ~ ref('orders_considered') ~ " where " ~ of_changed_day('ordered_on'),
], name='order_lines_considered.revenue_on') }}
with

lines as (

    select * from {{ ref('order_lines') }}
    {%- if continues() %}
    where
        order_id in (
            select order_id from {{ ref('orders_considered') }} where {{ of_changed_day('ordered_on') }}
            union all
            -- lines without an order have no day
            select order_id from {{ this }} where {{ of_changed_day('ordered_on') }} or ordered_on is null
            union all
            select order_id from {{ ref('order_lines') }} where order_line_id in ({{ changed_keys('order_lines') }})
        )
    {%- endif %}

),

orders as (

    select * from {{ ref('orders_considered') }}

),

exchange_rates as (

    select * from {{ ref('exchange_rates') }}

),

joined as (

    select
        lines.order_line_id,
        lines.order_id,
        orders.customer_id,
        lines.product_id,
        orders.seller_id,
        orders.channel,
        orders.legal_entity,
        orders.ordered_on,
        orders.revenue_on,
        lines.quantity,
        lines.net_amount as original_amount,
        lines.cost_amount as original_cost,
        coalesce(lines.currency, orders.currency, '{{ var('currency') }}') as currency,
        orders.order_id is null as is_orphan,
        orders.left_out_because,
        lines._system,
        lines._file_id,
        lines._row
    from lines
    left join orders on lines.order_id = orders.order_id

),

converted as (

    select
        joined.*,
        {{ in_company_currency('joined.original_amount', 'joined.currency', 'exchange_rates.rate') }} as amount,
        {{ in_company_currency('joined.original_cost', 'joined.currency', 'exchange_rates.rate') }} as cost
    from joined
    left join exchange_rates
        on
            joined.currency = exchange_rates.from_currency
            and joined.ordered_on = exchange_rates.day

)

select
    order_line_id,
    order_id,
    customer_id,
    product_id,
    seller_id,
    channel,
    legal_entity,
    ordered_on,
    revenue_on,
    quantity,
    original_amount,
    original_cost,
    currency,
    _system,
    _file_id,
    _row,
    amount,
    cost,
    case
        when is_orphan then 'no order'
        when left_out_because is not null then left_out_because
        when amount is null then 'no exchange rate'
    end as left_out_because
from converted
order by ordered_on
