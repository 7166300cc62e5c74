with

month_ends as (

    select period_end from {{ ref('closed_periods') }}
    where
        grain = 'month'
        and months_of_history >= 12

),

-- customers left alone, whose outcome is known
ratings as (

    select
        known_by,
        churn_band,
        churn_probability,
        is_at_risk,
        case when stayed_away then 1 else 0 end as stayed_away
    from {{ ref('customer_health') }}
    where
        stayed_away is not null
        and not is_treated
        and not is_disturbed

),

-- added up as decimals: sums of doubles depend on the order in which threads add them
counted as (

    select
        known_by,
        churn_band,
        count(*) as ratings,
        sum(stayed_away) as stayed_away,
        sum(case when is_at_risk then 1 else 0 end) as at_risk,
        sum(case when is_at_risk then stayed_away else 0 end) as at_risk_stayed_away,
        count(churn_probability) as foretold,
        coalesce(sum(cast(churn_probability as decimal(18, 12))), 0) as probability,
        sum(case when churn_probability is not null then stayed_away else 0 end) as foretold_stayed_away,
        coalesce(sum(cast((churn_probability - stayed_away) * (churn_probability - stayed_away) as decimal(18, 12))), 0) as squared_error
    from ratings
    group by known_by, churn_band

)

select
    'month' as grain,
    month_ends.period_end,
    counted.churn_band,
    cast(sum(counted.ratings) as bigint) as ratings,
    cast(sum(counted.stayed_away) as bigint) as stayed_away,
    cast(sum(counted.at_risk) as bigint) as at_risk,
    cast(sum(counted.at_risk_stayed_away) as bigint) as at_risk_stayed_away,
    cast(sum(counted.foretold) as bigint) as foretold,
    cast(sum(counted.foretold_stayed_away) as bigint) as foretold_stayed_away,
    cast(sum(counted.probability) as double) as probability,
    cast(sum(counted.squared_error) as double) as squared_error
from month_ends
inner join counted
    on
        month_ends.period_end >= counted.known_by
        and counted.known_by > {{ day_after('month_ends.period_end', -12, 'month') }}
group by month_ends.period_end, counted.churn_band
