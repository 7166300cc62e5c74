with

names as (

    {{ ids_by_name('jiandaoyun', 'accounts', 'account_id', 'account_name') }}

)

select * from names
