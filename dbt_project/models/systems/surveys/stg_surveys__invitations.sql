with

source as (

    select * from {{ source('surveys', 'invitations') }}

),

renamed as (

    select
        -- ids
        invitation_no,
        survey_no,
        account_no,
        contact_no,

        -- strings
        channel,

        -- times
        sent_at,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
