with

source as (

    {{ latest_snapshot('zoho', 'contacts', ['record_id']) }}

),

renamed as (

    select
        -- ids
        replace(record_id, 'zcrm_', '') as contact_id,
        replace(account_id, 'zcrm_', '') as account_id,

        -- strings
        trim(first_name) as first_name,
        trim(last_name) as last_name,
        role,
        email,
        phone,
        mobile,

        -- dates
        birthday,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
