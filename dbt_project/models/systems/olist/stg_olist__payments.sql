with

source as (

    select * from {{ source('olist', 'order_payments') }}

),

renamed as (

    select
        -- ids
        order_id,
        payment_sequential as payment_number,

        -- strings
        nullif(payment_type, 'not_defined') as method,

        -- money
        payment_value as amount,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
