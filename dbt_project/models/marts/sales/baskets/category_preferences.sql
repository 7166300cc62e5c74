with

newest as (

    select
        grain,
        period_end
    from {{ ref('closed_periods') }}
    where grain = 'month'
    order by period_end desc
    limit 1

),

bought as (

    select
        newest.grain,
        newest.period_end,
        sales_lines.customer_id,
        coalesce(products.category, 'other') as category,
        sum(sales_lines.amount) as amount
    from newest
    inner join {{ ref('sales_lines') }} as sales_lines
        on
            newest.period_end > sales_lines.ordered_on
            and sales_lines.ordered_on >= {{ day_after('newest.period_end', -12, 'month') }}
    left join {{ ref('product_catalogue') }} as products
        on sales_lines.product_id = products.product_id
    where sales_lines.customer_id is not null
    group by newest.grain, newest.period_end, sales_lines.customer_id, coalesce(products.category, 'other')

),

customers as (

    select
        grain,
        period_end,
        customer_id,
        sum(amount) as amount
    from bought
    group by grain, period_end, customer_id

),

categories as (

    select
        category,
        sum(amount) as amount,
        sum(sum(amount)) over () as whole
    from bought
    group by category

)

select
    customers.grain,
    customers.period_end,
    customers.customer_id,
    categories.category,
    cast(coalesce(bought.amount, 0) as decimal(18, 4)) as amount,
    cast(customers.amount * categories.amount / nullif(1.0 * categories.whole, 0) as double) as expected_amount
from customers
cross join categories
left join bought
    on
        customers.customer_id = bought.customer_id
        and categories.category = bought.category
