with

source as (

    {{ latest_snapshot('crm', 'customer_links', ['shop_customer_no', 'valid_from']) }}

),

renamed as (

    select
        -- ids
        shop_customer_no,
        account_no,

        -- dates
        valid_from,
        valid_to,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
