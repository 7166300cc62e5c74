with

pairs as (

    select
        grain,
        period_end,
        product_a as bought_id,
        product_b as product_id,
        lift_low
    from {{ ref('basket_pairs') }}
    where is_significant

    union all

    select
        grain,
        period_end,
        product_b as bought_id,
        product_a as product_id,
        lift_low
    from {{ ref('basket_pairs') }}
    where is_significant

),

newest as (

    select max(period_end) as period_end from pairs

),

bought as (

    select distinct
        sales_lines.customer_id,
        sales_lines.product_id
    from {{ ref('sales_lines') }} as sales_lines
    cross join newest
    where
        sales_lines.customer_id is not null
        and sales_lines.ordered_on < newest.period_end
        and sales_lines.ordered_on >= {{ day_after('newest.period_end', -365) }}

),

offers as (

    select
        pairs.grain,
        pairs.period_end,
        bought.customer_id,
        pairs.product_id,
        pairs.bought_id,
        pairs.lift_low,
        row_number() over (partition by bought.customer_id, pairs.product_id order by pairs.lift_low desc, pairs.bought_id) as choice
    from pairs
    inner join bought
        on pairs.bought_id = bought.product_id
    left join bought as already
        on
            bought.customer_id = already.customer_id
            and pairs.product_id = already.product_id
    where already.product_id is null

),

ranked as (

    select
        *,
        row_number() over (partition by customer_id order by lift_low desc, product_id) as place
    from offers
    where choice = 1

)

select
    grain,
    period_end,
    customer_id,
    product_id,
    bought_id,
    cast(lift_low as double) as lift_low,
    cast(place as integer) as place
from ranked
where place <= {{ var('offers_most') }}
