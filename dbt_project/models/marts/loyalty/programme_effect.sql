with

periods as (

    select * from {{ ref('closed_periods') }}

),

-- an account joins with its first member
joiners as (

    select
        links.customer_id,
        min(members.joined_on) as joined_on
    from {{ ref('loyalty_members') }} as members
    inner join {{ ref('account_links') }} as links
        on
            members.customer_id = links.system_customer_id
            and {{ valid_on('links', 'members.joined_on') }}
    group by links.customer_id

),

-- months of joining that have 12 whole months before them within the history
join_months as (

    select distinct cast({{ dbt.date_trunc('month', 'joined_on') }} as date) as joined_in
    from joiners
    where
        {{ day_after(dbt.date_trunc('month', 'joined_on'), -12, 'month') }} >= cast('{{ var('history_starts_on') }}' as date)

),

revenue_months as (

    select
        customer_id,
        cast({{ dbt.date_trunc('month', 'day') }} as date) as revenue_month,
        sum(amount) as amount
    from {{ ref('customer_revenue_days') }}
    group by 1, 2

),

-- each customer's 12 months before and after each month of joining, whoever joined; the month itself is neither
around as (

    select
        join_months.joined_in,
        revenue.customer_id,
        sum(case when revenue.revenue_month < join_months.joined_in then revenue.amount else 0 end) as before_amount,
        sum(case
            when revenue.revenue_month < {{ day_after('join_months.joined_in', -6, 'month') }} then -revenue.amount
            when revenue.revenue_month < join_months.joined_in then revenue.amount
            else 0
        end) as rise_before,
        sum(case when revenue.revenue_month > join_months.joined_in then revenue.amount else 0 end) as after_amount
    from join_months
    inner join revenue_months as revenue
        on
            revenue.revenue_month >= {{ day_after('join_months.joined_in', -12, 'month') }}
            and revenue.revenue_month <= {{ day_after('join_months.joined_in', 12, 'month') }}
    group by join_months.joined_in, revenue.customer_id

),

-- like with like: the same month, revenue before within a factor of two, rising or falling through those 12 months
candidates as (

    select
        periods.grain,
        periods.period_end,
        around.joined_in,
        around.customer_id,
        cast(around.before_amount as double) as before_amount,
        cast(around.after_amount as double) as after_amount,
        floor(round(ln(cast(around.before_amount as double)) / ln(2), 9)) as size_class,
        around.rise_before >= 0 as is_rising,
        coalesce(joiners.joined_on < periods.period_end, false) as is_member
    from periods
    inner join around
        on
            -- the 12 months after joining are over, and were so for less than a year
            periods.period_end >= {{ day_after('around.joined_in', 13, 'month') }}
            and periods.period_end < {{ day_after('around.joined_in', 25, 'month') }}
    left join joiners on around.customer_id = joiners.customer_id
    where
        around.before_amount > 0
        and (
            joiners.joined_on is null
            or joiners.joined_on >= periods.period_end
            or cast({{ dbt.date_trunc('month', 'joiners.joined_on') }} as date) = around.joined_in
        )

),

matches as (

    select
        *,
        sum(case when is_member then 1 else 0 end) over (
            partition by grain, period_end, joined_in, size_class, is_rising
        ) as members_alike,
        sum(case when is_member then 0 else 1 end) over (
            partition by grain, period_end, joined_in, size_class, is_rising
        ) as others_alike
    from candidates

),

-- others stand in for the members of their class, each for its part; decimals, since sums of doubles depend on the order of adding
accounts as (

    select
        grain,
        period_end,
        customer_id,
        is_member,
        sum(cast(before_amount * case when is_member then 1.0 else 1.0 * members_alike / nullif(others_alike, 0) end as decimal(28, 10))) as before_amount,
        sum(cast(after_amount * case when is_member then 1.0 else 1.0 * members_alike / nullif(others_alike, 0) end as decimal(28, 10))) as after_amount
    from matches
    where
        members_alike > 0
        and others_alike > 0
    group by grain, period_end, customer_id, is_member

),

growth as (

    select
        *,
        sum(before_amount) over (partition by grain, period_end, is_member) as group_before,
        sum(after_amount) over (partition by grain, period_end, is_member)
        / sum(before_amount) over (partition by grain, period_end, is_member) as group_growth
    from accounts

)

select
    grain,
    period_end,
    cast(sum(case when is_member then 1 else 0 end) as bigint) as members,
    cast(sum(case when is_member then 0 else 1 end) as bigint) as others,
    cast(sum(case when is_member then before_amount else 0 end) as decimal(18, 4)) as members_before_amount,
    cast(sum(case when is_member then after_amount else 0 end) as decimal(18, 4)) as members_after_amount,
    cast(sum(case when is_member then 0 else before_amount end) as decimal(18, 4)) as others_before_amount,
    cast(sum(case when is_member then 0 else after_amount end) as decimal(18, 4)) as others_after_amount,
    100.0 * (
        max(case when is_member then group_growth end) - max(case when not is_member then group_growth end)
    ) as uplift,
    -- ratio estimator; an account that stands in for members of several months is one cluster
    100.0 * sqrt(
        cast(sum(cast(power((after_amount - group_growth * before_amount) / group_before, 2) as decimal(28, 20))) as double)
    ) as uplift_standard_error
from growth
group by grain, period_end
