select * from {{ source('shop', 'orders') }}
qualify row_number() over (partition by order_no order by _exported_at desc, _load desc) = 1
