select
    product_id,
    product_name,
    category,
    subcategory,
    brand
from {{ ref('products') }}
