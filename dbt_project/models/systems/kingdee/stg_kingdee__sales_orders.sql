with

source as (

    select * from {{ source('kingdee', 'sales_orders') }}

),

renamed as (

    select
        -- ids
        order_no,
        coalesce(customer_no, trim(customer_name)) as customer_no,
        product_no,

        -- strings
        trim(customer_name) as customer_name,
        product_name,
        organisation,
        seller,
        {{ kingdee_currency('currency') }} as currency,

        -- numbers
        line_no,
        quantity,
        price_with_tax,
        discount,
        tax_rate,
        tax,
        amount,
        amount_with_tax,

        -- booleans
        coalesce(document_status in ('已审核', 'C'), false) as is_approved,
        coalesce(cancel_status in ('已作废', 'B'), false) as is_cancelled,
        coalesce(close_status in ('已关闭', 'B'), false) as is_closed,
        is_free,

        -- dates
        ordered_on,
        promised_on,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
