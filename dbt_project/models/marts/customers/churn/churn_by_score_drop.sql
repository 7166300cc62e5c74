with

period_ends as (

    select period_end from {{ ref('closed_periods') }}
    where
        grain = 'month'
        and months_of_history >= 12

),

rule as (

    select * from {{ ref('churn_rules') }}
    where rule = 'score_drop'

),

-- each question on each scale for itself: scales are never pooled; decimals, since means of doubles depend on the order of adding
averages as (

    select
        period_ends.period_end,
        scores.customer_id,
        scores.kind,
        scores.scale_min,
        scores.scale_max,
        avg(case when scores.responded_on >= {{ day_after('period_ends.period_end', -90) }} then cast(scores.score as decimal(28, 9)) end) as score,
        avg(case when scores.responded_on < {{ day_after('period_ends.period_end', -90) }} then cast(scores.score as decimal(28, 9)) end) as score_before
    from period_ends
    inner join {{ ref('survey_scores') }} as scores
        on
            period_ends.period_end > scores.responded_on
            and scores.responded_on >= {{ day_after('period_ends.period_end', -455) }}
    where
        scores.customer_id is not null
        and scores.scale_max > scores.scale_min
    group by
        period_ends.period_end,
        scores.customer_id,
        scores.kind,
        scores.scale_min,
        scores.scale_max

),

drops as (

    select
        period_end,
        customer_id,
        max((score_before - score) / (scale_max - scale_min)) as share_of_scale
    from averages
    group by period_end, customer_id

)

select
    drops.period_end,
    drops.customer_id,
    rule.rule,
    cast(drops.share_of_scale as double) as measured
from drops
cross join rule
where drops.share_of_scale >= rule.threshold
