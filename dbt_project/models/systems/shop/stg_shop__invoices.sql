with

source as (

    select * from {{ source('shop', 'invoices') }}

),

renamed as (

    select
        -- ids
        invoice_no,
        customer_no,
        order_no,

        -- strings
        currency,

        -- numbers
        amount,
        paid_amount,

        -- dates
        issued_on,
        due_on,
        paid_on,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
