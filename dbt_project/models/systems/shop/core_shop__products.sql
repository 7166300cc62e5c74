with

products as (

    select * from {{ ref('stg_shop__products') }}

)

select
    {{ prefixed_id('shop', 'product_no', 'products') }} as product_id,
    product_name,
    category,
    subcategory,
    brand,
    unit_cost,
    list_price,
    currency,
    {{ provenance(removed=true) }}
from products
