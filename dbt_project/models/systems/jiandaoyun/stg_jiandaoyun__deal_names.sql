with

names as (

    {{ ids_by_name('jiandaoyun', 'deals', 'deal_id', 'deal_name') }}

)

select * from names
