with

orders as (

    select * from {{ ref('stg_tmall__orders') }}
    where buyer is not null

),

newest as (

    {{ newest_rows('orders', ['buyer'], 'created_at desc, _exported_at desc, _load desc, _row desc') }}

)

select
    {{ prefixed_id('tmall', 'md5(buyer)', 'customers') }} as customer_id,
    buyer as customer_name,
    false as is_intercompany,
    'individual' as customer_type,
    'CN' as country,
    {{ provenance() }}
from newest
