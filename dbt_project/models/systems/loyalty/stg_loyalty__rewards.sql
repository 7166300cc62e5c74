with

source as (

    {{ latest_snapshot('loyalty', 'rewards', ['reward_no']) }}

),

renamed as (

    select
        -- ids
        reward_no,

        -- strings
        reward_name,
        currency,

        -- numbers
        points_cost,
        unit_cost,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
