with

named as (

    select
        customer_no,
        customer_name,
        {{ provenance() }}
    from {{ ref('stg_kingdee__sales_orders') }}

    union all

    select
        customer_no,
        customer_name,
        {{ provenance() }}
    from {{ ref('stg_kingdee__receivables') }}

)

select
    {{ prefixed_id('kingdee', 'customer_no', 'customers') }} as customer_id,
    customer_name,
    {{ provenance() }}
from named
