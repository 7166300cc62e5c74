with

lines as (

    select * from {{ ref('stg_kingdee__sales_orders') }}

)

select
    {{ prefixed_id('kingdee', 'product_no', 'products') }} as product_id,
    product_name,
    {{ provenance() }}
from lines
where product_no is not null
