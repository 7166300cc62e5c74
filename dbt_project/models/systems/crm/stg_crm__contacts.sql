with

source as (

    {{ latest_snapshot('crm', 'contacts', ['contact_no']) }}

),

renamed as (

    select
        -- ids
        contact_no,
        account_no,

        -- strings
        trim(contact_name) as contact_name,
        role,
        email,
        phone,

        -- booleans
        is_primary,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
