with

newest as (

    select max(period_end) as period_end
    from {{ ref('closed_periods') }}
    where grain = 'month'

),

products as (

    select distinct
        sales_lines.order_id,
        sales_lines.product_id,
        cast({{ dbt.date_trunc('month', 'sales_lines.ordered_on') }} as date) as month_start
    from {{ ref('sales_lines') }} as sales_lines
    cross join newest
    where
        sales_lines.product_id is not null
        and sales_lines.ordered_on < newest.period_end
        and sales_lines.ordered_on >= {{ day_after('newest.period_end', -12, 'month') }}

),

baskets as (

    select
        *,
        count(*) over (partition by order_id) as basket_size
    from products

)

select
    one.month_start,
    one.basket_size,
    one.product_id as product_a,
    other.product_id as product_b,
    count(*) as baskets
from baskets as one
inner join baskets as other
    on
        one.order_id = other.order_id
        and one.product_id <= other.product_id
where one.basket_size between 2 and {{ var('basket_most_products') }}
group by one.month_start, one.basket_size, one.product_id, other.product_id
