with

source as (

    {{ latest_snapshot('crm', 'employees', ['employee_no']) }}

),

renamed as (

    select
        -- ids
        employee_no,
        manager_no,

        -- strings
        trim(employee_name) as employee_name,
        email,
        role,
        team,
        locale,

        -- dates
        active_from,
        active_to,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
