with

source as (

    {{ latest_snapshot('loyalty', 'members', ['member_no']) }}

),

renamed as (

    select
        -- ids
        member_no,
        account_no,

        -- strings
        level,

        -- dates
        joined_on,
        left_on,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
