with

source as (

    {{ latest_snapshot('shop', 'products', ['product_no']) }}

),

renamed as (

    select
        -- ids
        product_no,

        -- strings
        trim(product_name) as product_name,
        category,
        subcategory,
        brand,
        currency,

        -- numbers
        unit_cost,
        list_price,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
