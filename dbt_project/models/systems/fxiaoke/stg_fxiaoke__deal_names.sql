with

names as (

    {{ ids_by_name('fxiaoke', 'deals', 'deal_id', 'deal_name') }}

)

select * from names
