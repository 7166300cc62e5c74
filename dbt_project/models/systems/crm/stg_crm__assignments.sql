with

source as (

    {{ latest_snapshot('crm', 'assignments', ['account_no', 'employee_no', 'role', 'valid_from']) }}

),

renamed as (

    select
        -- ids
        account_no,
        employee_no,

        -- strings
        role,

        -- dates
        valid_from,
        valid_to,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
