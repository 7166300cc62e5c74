{{ replaces_days('day', changed=[
    changed_days('order_lines_considered.revenue_on'),
    changed_days('sales_returns'),
    changed_days('credits_considered'),
]) }}
with

movements as (

    select
        'sale' as kind,
        product_id,
        currency,
        revenue_on as day,
        quantity,
        amount,
        original_amount
    from {{ ref('sales_lines') }}
    where revenue_on is not null

    union all

    select
        'return' as kind,
        product_id,
        currency,
        returned_on as day,
        0 as quantity,
        -amount as amount,
        -original_amount as original_amount
    from {{ ref('sales_returns') }}

    union all

    select
        'credit' as kind,
        product_id,
        currency,
        booked_on as day,
        0 as quantity,
        -amount as amount,
        -original_amount as original_amount
    from {{ ref('sales_credits') }}

)

select
    kind,
    product_id,
    currency,
    day,
    cast(sum(quantity) as decimal(18, 4)) as quantity,
    cast(sum(amount) as decimal(18, 4)) as amount,
    cast(sum(original_amount) as decimal(18, 4)) as original_amount
from movements
{%- if continues() %}
where {{ of_changed_day('day') }}
{%- endif %}
group by kind, product_id, currency, day
order by day
