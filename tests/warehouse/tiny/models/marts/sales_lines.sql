{{ config(schema='marts', meta={'published': true}) }}
select *, '{{ var("currency") }}' as currency from {{ ref('orders') }}
