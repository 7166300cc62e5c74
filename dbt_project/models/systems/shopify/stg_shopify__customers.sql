with

source as (

    {{ latest_snapshot('shopify', 'customers', [person_key('email', 'phone')]) }}

),

renamed as (

    select
        -- ids
        {{ person_key('email', 'phone') }} as customer_no,

        -- strings
        nullif(trim(concat_ws(' ', trim(first_name), trim(last_name))), '') as person_name,
        nullif(trim(company), '') as company,
        city,
        province_code,
        country_code,

        -- flags
        accepts_mail,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
where customer_no is not null
