with

newest as (

    select max(period_end) as period_end
    from {{ ref('closed_periods') }}
    where grain = 'month'

),

counted as (

    select
        count(*) as pairs_frequent,
        coalesce(sum(case when is_significant then 1 else 0 end), 0) as pairs_found
    from {{ ref('basket_pairs') }}

)

select
    'month' as grain,
    newest.period_end,
    cast(counted.pairs_frequent as integer) as pairs_frequent,
    cast(counted.pairs_found as integer) as pairs_found,
    case when counted.pairs_frequent = 0 then 'no_frequent_pair needed={{ var("basket_least_support") }}' end as support_reason,
    case
        when counted.pairs_frequent = 0 then 'no_frequent_pair needed={{ var("basket_least_support") }}'
        when counted.pairs_found = 0 then 'no_significant_pair n=' || cast(counted.pairs_frequent as varchar) || ' needed={{ var("basket_least_support") }}'
    end as reason
from newest
cross join counted
where newest.period_end is not null
