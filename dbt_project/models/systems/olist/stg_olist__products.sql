with

products as (

    select * from {{ source('olist', 'products') }}

),

translations as (

    select
        product_category_name,
        max_by(product_category_name_english, (_exported_at, _load)) as category
    from {{ source('olist', 'category_translations') }}
    group by product_category_name

),

translated as (

    select
        -- ids
        products.product_id,

        -- strings
        coalesce(translations.category, products.product_category_name) as category,  -- a few have no translation

        -- provenance
        {{ provenance() }}

    from products
    left join translations on products.product_category_name = translations.product_category_name

)

select * from translated
