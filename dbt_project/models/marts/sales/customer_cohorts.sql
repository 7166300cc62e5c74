with

newcomers as (

    select
        customer_id,
        cast({{ dbt.date_trunc('month', 'ordered_on') }} as date) as cohort_month
    from {{ ref('order_days') }}
    where is_new

),

months as (

    select period_start as month_start
    from {{ ref('closed_periods') }}
    where grain = 'month'

),

cohorts as (

    select
        cohort_month,
        count(*) as customers
    from newcomers
    group by cohort_month

),

active_months as (

    select distinct
        customer_id,
        cast({{ dbt.date_trunc('month', 'ordered_on') }} as date) as month_start
    from {{ ref('order_days') }}

),

active as (

    select
        newcomers.cohort_month,
        active_months.month_start,
        count(*) as customers
    from newcomers
    inner join active_months on newcomers.customer_id = active_months.customer_id
    group by newcomers.cohort_month, active_months.month_start

),

revenue as (

    select
        newcomers.cohort_month,
        cast({{ dbt.date_trunc('month', 'revenue_days.day') }} as date) as month_start,
        sum(revenue_days.amount) as amount
    from newcomers
    inner join {{ ref('customer_revenue_days') }} as revenue_days
        on newcomers.customer_id = revenue_days.customer_id
    group by newcomers.cohort_month, cast({{ dbt.date_trunc('month', 'revenue_days.day') }} as date)

),

-- as many months for each cohort as the oldest one has; those that are not over yet are open, not low
ages as (

    select {{ dbt.datediff('first_months.cohort_month', 'months.month_start', 'month') }} as months_since_first
    from months
    cross join (select min(cohort_month) as cohort_month from cohorts) as first_months
    where months.month_start >= first_months.cohort_month

),

grid as (

    select
        cohorts.cohort_month,
        cohorts.customers,
        ages.months_since_first,
        {{ day_after('cohorts.cohort_month', 'ages.months_since_first', 'month') }} as month_start
    from cohorts
    cross join ages

)

select
    grid.cohort_month,
    substring(cast(grid.cohort_month as varchar), 1, 7) as cohort,
    cast(grid.months_since_first as integer) as months_since_first,
    case when months.month_start is null then 'window_open' end as reason,
    case when months.month_start is not null then grid.customers end as customers,
    case when months.month_start is not null then coalesce(active.customers, 0) end as active_customers,
    cast(case when months.month_start is not null then coalesce(first_revenue.amount, 0) end as decimal(18, 4)) as first_month_amount,
    cast(case when months.month_start is not null then coalesce(revenue.amount, 0) end as decimal(18, 4)) as amount
from grid
left join months
    on grid.month_start = months.month_start
left join active
    on
        grid.cohort_month = active.cohort_month
        and grid.month_start = active.month_start
left join revenue
    on
        grid.cohort_month = revenue.cohort_month
        and grid.month_start = revenue.month_start
left join revenue as first_revenue
    on
        grid.cohort_month = first_revenue.cohort_month
        and grid.cohort_month = first_revenue.month_start
