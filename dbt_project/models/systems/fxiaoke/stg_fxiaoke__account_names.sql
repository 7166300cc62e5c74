with

names as (

    {{ ids_by_name('fxiaoke', 'accounts', 'account_id', 'account_name') }}

)

select * from names
