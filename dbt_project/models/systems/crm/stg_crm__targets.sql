with

source as (

    select * from {{ source('crm', 'targets') }}

),

renamed as (

    select
        -- ids
        scope_no,

        -- strings
        metric,
        scope_type,
        currency,

        -- numbers
        target_value,

        -- dates
        period_start,
        period_end,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
