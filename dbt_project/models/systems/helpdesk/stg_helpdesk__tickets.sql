with

source as (

    select * from {{ source('helpdesk', 'tickets') }}

),

renamed as (

    select
        -- ids
        ticket_no,
        account_no,
        order_no,
        agent_no,

        -- strings
        kind,
        trim(topic) as topic,
        channel,
        priority,
        status,

        -- numbers
        reopened_count,
        csat_score,
        csat_scale_max,

        -- times
        created_at,
        first_response_at,
        solved_at,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
