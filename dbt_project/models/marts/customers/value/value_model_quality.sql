with

period_ends as (

    select
        grain,
        period_end,
        row_number() over (order by period_end desc) as recency
    from {{ ref('closed_periods') }}
    where
        grain = 'month'
        and months_of_history >= 12

),

bases as (

    select
        period_end,
        max(case when is_margin then 1 else 0 end) = 1 as is_margin,
        min({{ dbt.dateadd('day', '-age - 1', 'period_end') }}) as first_ordered_on
    from {{ ref('purchase_histories') }}
    where sample = 'all'
    group by period_end

),

fits as (

    select
        *,
        100 * abs(holdout_expected - holdout_came) / nullif(holdout_came, 0) as holdout_error
    from {{ ref('value_fits') }}

),

-- of the terms that ended in two years, how many were followed by another one
terms as (

    select
        period_ends.period_end,
        count(*) as terms_ended,
        sum(case when ended.is_renewed then 1 else 0 end) as terms_renewed
    from period_ends
    inner join {{ ref('contract_terms') }} as ended
        on
            period_ends.period_end > ended.ends_on
            and ended.ends_on >= {{ day_after('period_ends.period_end', -24, 'month') }}
    where ended.annual_amount > 0
    group by period_ends.period_end

),

judged as (

    select
        period_ends.grain,
        period_ends.period_end,
        bases.first_ordered_on,
        bases.is_margin,
        fits.customers,
        fits.repeat_buyers,
        fits.r,
        fits.alpha,
        fits.a,
        fits.b,
        fits.log_likelihood,
        fits.converged,
        fits.holdout_days,
        fits.holdout_expected,
        fits.holdout_came,
        fits.holdout_error,
        fits.spenders,
        fits.p,
        fits.q,
        fits.gamma,
        fits.spend_log_likelihood,
        fits.spend_converged,
        fits.correlation,
        coalesce(terms.terms_ended, 0) as terms_ended,
        coalesce(terms.terms_renewed, 0) as terms_renewed,
        case
            when coalesce(fits.repeat_buyers, 0) < {{ var('clv_least_repeat_buyers') }}
                then
                    'too_few_repeat_buyers n=' || cast(cast(coalesce(fits.repeat_buyers, 0) as integer) as varchar)
                    || ' needed={{ var('clv_least_repeat_buyers') }}'
            when coalesce(fits.converged, 0) <> 1 then 'fit_not_converged'
            -- a fit that converged and was never tried on what came after it
            when fits.holdout_came is null then 'holdout_without_past'
            when fits.holdout_came = 0 then 'holdout_empty'
            when fits.holdout_error is null then 'holdout_not_converged'
            when fits.holdout_error > {{ var('clv_holdout_error_most') }}
                then 'holdout_error error=' || cast(cast(fits.holdout_error as integer) as varchar) || ' allowed={{ var('clv_holdout_error_most') }}'
        end as orders_reason,
        case
            when coalesce(fits.spenders, 0) < {{ var('clv_least_repeat_buyers') }}
                then
                    'too_few_spenders n=' || cast(cast(coalesce(fits.spenders, 0) as integer) as varchar)
                    || ' needed={{ var('clv_least_repeat_buyers') }}'
            when coalesce(fits.spend_converged, 0) <> 1 then 'fit_not_converged'
            when abs(fits.correlation) >= {{ var('clv_correlation_most') }}
                then
                    'spend_depends_on_frequency correlation=' || cast(cast(fits.correlation as decimal(4, 2)) as varchar)
                    || ' allowed={{ var('clv_correlation_most') }}'
        end as spend_reason
    from period_ends
    left join bases
        on period_ends.period_end = bases.period_end
    left join fits
        on period_ends.period_end = cast(fits.period_end as date)
    left join terms
        on period_ends.period_end = terms.period_end
    where period_ends.recency <= {{ var('statistics_months') }}

)

select
    cast(grain as varchar) as grain,
    period_end,
    cast(first_ordered_on as date) as trained_from,
    {{ day_after('period_end', -1) }} as trained_to,
    coalesce(is_margin, false) as is_margin,
    cast(coalesce(customers, 0) as integer) as customers,
    cast(coalesce(repeat_buyers, 0) as integer) as repeat_buyers,
    r,
    alpha,
    a,
    b,
    log_likelihood,
    converged = 1 as has_converged,
    cast(holdout_days as integer) as holdout_days,
    holdout_expected,
    cast(holdout_came as integer) as holdout_came,
    holdout_error,
    cast(spenders as integer) as spenders,
    p,
    q,
    gamma,
    spend_log_likelihood,
    spend_converged = 1 as has_spend_converged,
    correlation,
    cast(terms_ended as integer) as terms_ended,
    cast(terms_renewed as integer) as terms_renewed,
    orders_reason,
    coalesce(orders_reason, spend_reason) as value_reason,
    case
        when unfilled.renewals is not null then unfilled.renewals
        when terms_ended < {{ var('clv_least_terms_ended') }}
            then 'too_few_terms_ended n=' || cast(terms_ended as varchar) || ' needed={{ var('clv_least_terms_ended') }}'
    end as contract_reason
from judged
cross join {{ ref('unfilled_columns') }} as unfilled
