{%- set z = "(power(expected / baskets, 1.0 / 3) - 1 + 1 / (9.0 * baskets)) * 3 * sqrt(1.0 * baskets)" -%}
with

counts as (

    select
        basket_size,
        product_a,
        product_b,
        sum(baskets) as baskets
    from {{ ref('basket_pair_months') }}
    group by basket_size, product_a, product_b

),

holding as (

    select
        basket_size,
        product_a as product_id,
        baskets
    from counts
    where product_a = product_b

),

-- all pairs that the baskets of a size hold, and what pairs of products would weigh if each met each other by chance
sizes as (

    select
        basket_size,
        sum(baskets) * (basket_size - 1) as pairs_twice,
        sum(baskets) * sum(baskets) - sum(baskets * baskets) as weight_twice
    from holding
    group by basket_size

),

together as (

    select
        product_a,
        product_b,
        sum(baskets) as baskets
    from counts
    where product_a < product_b
    group by product_a, product_b
    having sum(baskets) >= {{ var('basket_least_support') }}

),

-- how often chance alone would bring a pair together, size by size
expectations as (

    select
        together.product_a,
        together.product_b,
        together.baskets,
        -- decimals, since sums of doubles depend on the order of adding
        cast(sum(cast(
            cast(one.baskets as double) * other.baskets * sizes.pairs_twice / nullif(sizes.weight_twice, 0) as decimal(28, 12)
        )) as double) as expected
    from together
    inner join holding as one
        on together.product_a = one.product_id
    inner join holding as other
        on
            together.product_b = other.product_id
            and one.basket_size = other.basket_size
    inner join sizes
        on one.basket_size = sizes.basket_size
    group by together.product_a, together.product_b, together.baskets

),

-- how many pairs could have been found: all of two products that were bought often enough
frequent as (

    select product_id
    from holding
    group by product_id
    having sum(baskets) >= {{ var('basket_least_support') }}

),

possible as (

    select count(*) * (count(*) - 1) / 2.0 as pairs from frequent

),

tested as (

    select
        *,
        baskets * power(greatest(0, 1 - 1 / (9.0 * baskets) - 1.96 / (3 * sqrt(1.0 * baskets))), 3) as baskets_low,
        {{ normal_below(z) }} as p_value
    from expectations

),

ranked as (

    select
        tested.*,
        possible.pairs as pairs_tested,
        row_number() over (order by tested.p_value, tested.product_a, tested.product_b) as place
    from tested
    cross join possible

),

-- Benjamini–Hochberg: the last place whose p-value lies below its share of the allowed one, and all before it
found as (

    select coalesce(max(place), 0) as last_place
    from ranked
    where p_value <= place / nullif(pairs_tested, 0) * {{ var('basket_false_discoveries') }} / 100.0

),

newest as (

    select max(period_end) as period_end
    from {{ ref('closed_periods') }}
    where grain = 'month'

)

select
    'month' as grain,
    newest.period_end,
    ranked.product_a,
    one.product_name as product_a_name,
    ranked.product_b,
    other.product_name as product_b_name,
    cast(ranked.baskets as integer) as baskets,
    cast(ranked.expected as double) as expected,
    cast(ranked.baskets_low as double) as baskets_low,
    cast(round(ranked.baskets / nullif(ranked.expected, 0), 9) as double) as lift,
    cast(round(ranked.baskets_low / nullif(ranked.expected, 0), 9) as double) as lift_low,
    cast(ranked.p_value as double) as p_value,
    ranked.place <= found.last_place as is_significant
from ranked
cross join found
cross join newest
left join {{ ref('product_catalogue') }} as one
    on ranked.product_a = one.product_id
left join {{ ref('product_catalogue') }} as other
    on ranked.product_b = other.product_id
