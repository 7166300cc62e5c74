with

source as (

    {{ latest_snapshot('zoho', 'accounts', ['record_id']) }}

),

renamed as (

    select
        -- ids
        replace(record_id, 'zcrm_', '') as account_id,
        replace(parent_account_id, 'zcrm_', '') as parent_account_id,

        -- strings
        trim(account_name) as account_name,
        account_type,
        industry,
        country,
        region,
        trim(city) as city,

        -- numbers
        employees,

        -- times
        created_at,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
