with

order_lines as (

    select * from {{ ref('stg_kingdee__order_lines') }}

)

select
    {{ prefixed_id('kingdee', "order_no || ':' || line_no", 'order_lines') }} as order_line_id,
    {{ prefixed_id('kingdee', 'order_no', 'orders') }} as order_id,
    {{ prefixed_id('kingdee', 'product_no', 'products') }} as product_id,
    quantity,
    cast(round(price_with_tax / (1 + coalesce(tax_rate, 0) / 100), 4) as decimal(18, 4)) as unit_price,
    cast(round(discount / (1 + coalesce(tax_rate, 0) / 100), 4) as decimal(18, 4)) as discount_amount,
    cast(case when is_free then 0 else net_amount end as decimal(18, 4)) as net_amount,
    currency,
    {{ provenance() }}
from order_lines
