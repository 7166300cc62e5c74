with

source as (

    select * from {{ source('zendesk', 'tickets') }}

),

renamed as (

    select
        -- ids
        ticket_no,
        coalesce('organization:' || nullif(trim(organization), ''), 'user:' || requester_no) as customer_no,

        -- strings
        trim(organization) as organization,
        trim(requester) as requester,
        trim(ticket_group) as ticket_group,
        ' ' || lower(tags) || ' ' as tags,
        lower(trim(status)) as status,
        lower(trim(priority)) as priority,
        lower(trim(via)) as via,
        lower(trim(ticket_type)) as ticket_type,
        lower(trim(satisfaction)) as satisfaction,

        -- numbers
        reopens,
        cast(round(first_reply_minutes) as integer) as first_reply_minutes,

        -- times
        created_at,
        solved_at,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
