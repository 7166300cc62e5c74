with

source as (

    select * from {{ source('kingdee', 'receivables') }}

),

renamed as (

    select
        -- ids
        invoice_no,
        coalesce(customer_no, trim(customer_name)) as customer_no,
        order_no,

        -- strings
        trim(customer_name) as customer_name,
        {{ kingdee_currency('currency') }} as currency,

        -- numbers
        amount_with_tax,
        paid,

        -- booleans
        coalesce(document_status in ('已审核', 'C'), false) as is_approved,

        -- dates
        issued_on,
        due_on,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
