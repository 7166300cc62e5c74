with

source as (

    {{ latest_snapshot('surveymonkey', 'relationship_answers', ['respondent_no']) }}

),

renamed as (

    select
        -- ids
        respondent_no,
        collector_no,
        nullif(trim(customer_id), '') as customer_id,

        -- strings
        nullif(trim(reason), '') as reason,

        -- scores
        recommend,
        satisfaction,

        -- flags
        buys_online is not null as buys_online,
        buys_in_store is not null as buys_in_store,

        -- times
        ended_at,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
