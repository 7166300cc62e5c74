with

lines as (

    select * from {{ ref('stg_tmall__order_lines') }}
    where product_no is not null

),

newest as (

    {{ newest_rows('lines', ['product_no'], '_exported_at desc, _load desc, _row desc') }}

)

select
    {{ prefixed_id('tmall', 'product_no', 'products') }} as product_id,
    product_name,
    unit_price as list_price,
    'CNY' as currency,
    {{ provenance() }}
from newest
