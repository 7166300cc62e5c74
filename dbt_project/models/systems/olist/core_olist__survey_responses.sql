with

reviews as (

    select * from {{ ref('stg_olist__reviews') }}

),

order_people as (

    select * from {{ ref('stg_olist__order_people') }}

)

select
    {{ prefixed_id('olist', "reviews.review_id || ':' || reviews.order_id", 'survey_responses') }} as response_id,
    {{ prefixed_id('olist', "'review'", 'survey_invitations') }} as survey_id,
    'csat' as kind,
    {{ prefixed_id('olist', 'order_people.customer_unique_id', 'customers') }} as customer_id,
    {{ prefixed_id('olist', 'reviews.order_id', 'orders') }} as order_id,
    'delivery' as touchpoint,
    cast(reviews.score as double) as score,
    cast(1 as double) as scale_min,
    cast(5 as double) as scale_max,
    reviews.comment,
    'pt' as language,
    reviews.answered_at as responded_at,
    {{ provenance() }}
from reviews
left join order_people on reviews.order_id = order_people.order_id
