with

source as (

    select * from {{ source('olist', 'order_reviews') }}

),

renamed as (

    select
        -- ids
        review_id,
        order_id,

        -- scores
        review_score as score,

        -- strings
        nullif(concat_ws(': ', trim(review_comment_title), trim(review_comment_message)), '') as comment,

        -- times
        review_answer_timestamp as answered_at,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
