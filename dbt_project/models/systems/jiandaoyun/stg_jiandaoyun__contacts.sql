with

source as (

    {{ latest_snapshot('jiandaoyun', 'contacts', ['contact_id']) }}

),

renamed as (

    select
        -- ids
        contact_id,
        account_id,

        -- strings
        trim(account_name) as account_name,
        trim(contact_name) as contact_name,
        role,
        email,
        mobile,
        phone,

        -- booleans
        is_primary,

        -- dates
        birthday,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
