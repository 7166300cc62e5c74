with

source as (

    select * from {{ source('olist', 'customers') }}

),

renamed as (

    select
        -- ids
        customer_id as order_customer_id,
        customer_unique_id,

        -- strings
        customer_city as city,
        customer_state as state,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
