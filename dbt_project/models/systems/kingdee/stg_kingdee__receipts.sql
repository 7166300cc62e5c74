with

source as (

    select * from {{ source('kingdee', 'receipts') }}

),

renamed as (

    select
        -- ids
        receipt_no,
        coalesce(customer_no, trim(customer_name)) as customer_no,
        source_no,

        -- strings
        trim(customer_name) as customer_name,
        method,
        {{ kingdee_currency('currency') }} as currency,

        -- numbers
        line_no,
        amount,

        -- booleans
        coalesce(document_status in ('已审核', 'C'), false) as is_approved,

        -- dates
        paid_on,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
