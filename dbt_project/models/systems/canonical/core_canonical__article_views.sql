{{ config(enabled=is_fed_by('canonical', 'article_views')) }}

select * from {{ source('canonical', 'article_views') }}
