with

products as (

    select * from {{ ref('stg_olist__products') }}

)

select
    {{ prefixed_id('olist', 'product_id', 'products') }} as product_id,
    category,
    {{ provenance() }}
from products
