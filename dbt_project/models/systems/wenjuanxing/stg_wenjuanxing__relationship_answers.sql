with

source as (

    {{ latest_snapshot('wenjuanxing', 'relationship_answers', ['answer_no']) }}

),

renamed as (

    select
        -- ids
        answer_no,
        nullif(trim(customer_id), '') as customer_id,

        -- strings
        source as channel,
        nullif(trim(reason), '') as reason,

        -- scores
        recommend,
        satisfaction,

        -- times
        submitted_at,

        -- provenance
        {{ provenance(removed=true) }}

    from source

)

select * from renamed
