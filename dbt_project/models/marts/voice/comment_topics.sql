with

topics as (

    select distinct topic from {{ ref('text_topics') }}

),

comments as (

    select * from {{ ref('comments') }}
    where is_read

)

select
    comments.comment_id,
    topics.topic,
    comments.source,
    comments.kind,
    comments.customer_id,
    comments.language,
    comments.commented_on,
    comments.topics like '%|' || topics.topic || '|%' as is_mentioned,
    comments.sentiment,
    comments._system,
    comments._file_id,
    comments._row
from comments
cross join topics
