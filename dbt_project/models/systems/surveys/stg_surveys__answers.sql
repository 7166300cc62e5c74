with

source as (

    select * from {{ source('surveys', 'answers') }}

),

renamed as (

    select
        -- ids
        answer_no,
        invitation_no,
        survey_no,
        account_no,
        contact_no,
        order_no,

        -- strings
        kind,
        touchpoint,
        comment,
        language,

        -- numbers
        score,
        scale_min,
        scale_max,

        -- times
        answered_at,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
