with

-- the 0 to 10 scale only: other scales have no promoters
answers as (

    select
        answer_id,
        customer_id,
        coalesce(contact_id, customer_id, answer_id) as respondent,
        score,
        responded_on,
        responded_at
    from {{ ref('survey_scores') }}
    where
        kind = 'nps'
        and scale_min = 0
        and scale_max = 10

),

in_window as (

    select
        periods.grain,
        periods.period_end,
        answers.*,
        row_number() over (
            partition by periods.grain, periods.period_end, answers.respondent
            order by answers.responded_at desc, answers.answer_id desc
        ) as recency
    from {{ ref('closed_periods') }} as periods
    inner join answers
        on
            periods.period_end > answers.responded_on
            and answers.responded_on >= {{ day_after('periods.period_end', -3, 'month') }}
    where periods.grain in ('month', 'quarter')

),

latest as (

    select
        grain,
        period_end,
        -- an answer that leads to no account stands for itself
        coalesce(customer_id, respondent) as nps_account,
        customer_id,
        case when score >= 9 then 1 else 0 end as promoters,
        case when score <= 6 then 1 else 0 end as detractors
    from in_window
    where recency = 1

),

accounts as (

    select
        grain,
        period_end,
        nps_account,
        customer_id,
        count(*) as n,
        sum(promoters) as promoters,
        sum(detractors) as detractors
    from latest
    group by grain, period_end, nps_account, customer_id

)

select
    grain,
    period_end,
    nps_account,
    customer_id,
    cast(n as bigint) as n,
    cast(promoters - detractors as bigint) as s,
    cast(promoters as bigint) as promoters,
    cast(detractors as bigint) as detractors
from accounts
