-- Every closed quarter and year ends with a closed month, so that stocks are told by month and then given to each grain.
with

month_ends as (

    select period_end
    from {{ ref('closed_periods') }}
    where grain = 'month'

),

entries as (

    select * from {{ ref('points_entries') }}

),

holders as (

    select
        member_id,
        min(entry_on) as first_entry_on
    from entries
    group by member_id

),

-- points count whoever holds them: before a member joined, and where the programme's list does not know the member
members as (

    select
        coalesce(members.member_id, holders.member_id) as member_id,
        members.customer_id,
        members.level,
        members.joined_on,
        -- who vanished from the export has left on the day on which it was no longer there
        least(members.left_on, {{ local_date('members._removed_at') }}) as left_on,
        members.member_id is not null as is_known,
        least(members.joined_on, holders.first_entry_on) as first_day
    from {{ ref('loyalty_members') }} as members
    full join holders
        on members.member_id = holders.member_id

),

entry_months as (

    select
        entries.member_id,
        greatest(
            {{ day_after(dbt.date_trunc('month', 'entries.entry_on'), 1, 'month') }},
            first_month.period_end
        ) as month_end,
        sum(entries.points) as points,
        max(entries.entry_on) as last_entry_on
    from entries
    cross join (select min(period_end) as period_end from month_ends) as first_month
    group by 1, 2

),

-- a statement is compared with what the ledger holds at the end of its own day
bookings as (

    select
        member_id,
        entry_on as day,
        0 as turn,
        points,
        cast(null as decimal(18, 4)) as stated_points
    from entries

    union all

    select
        member_id,
        as_of_on as day,
        1 as turn,
        cast(0 as decimal(18, 4)) as points,
        points as stated_points
    from {{ ref('points_balances') }}
    where _removed_at is null

),

running as (

    select
        member_id,
        day,
        stated_points,
        sum(points) over (partition by member_id order by day, turn rows unbounded preceding) as booked_points
    from bookings

),

statements as (

    select
        member_id,
        {{ day_after(dbt.date_trunc('month', 'day'), 1, 'month') }} as month_end,
        stated_points,
        booked_points,
        row_number() over (partition by member_id, {{ dbt.date_trunc('month', 'day') }} order by day desc) as recency
    from running
    where stated_points is not null

),

months as (

    select
        month_ends.period_end,
        members.member_id,
        links.customer_id,
        members.level,
        members.is_known,
        coalesce(members.joined_on < month_ends.period_end, false)
        and (members.left_on is null or members.left_on >= month_ends.period_end) as is_member,
        coalesce(
            sum(entry_months.points) over (
                partition by members.member_id order by month_ends.period_end rows unbounded preceding
            ),
            0
        ) as outstanding_points,
        max(entry_months.last_entry_on) over (
            partition by members.member_id order by month_ends.period_end rows unbounded preceding
        ) as last_entry_on,
        statements.stated_points,
        statements.stated_points - statements.booked_points as stated_difference
    from members
    inner join month_ends on members.first_day < month_ends.period_end
    left join entry_months
        on
            members.member_id = entry_months.member_id
            and month_ends.period_end = entry_months.month_end
    left join statements
        on
            members.member_id = statements.member_id
            and month_ends.period_end = statements.month_end
            and statements.recency = 1
    left join {{ ref('account_links') }} as links
        on
            members.customer_id = links.system_customer_id
            and {{ valid_at_end('links', 'month_ends.period_end') }}

)

select
    periods.grain,
    months.period_end,
    months.member_id,
    months.customer_id,
    months.level as member_level,
    months.is_known,
    months.is_member,
    months.is_member and coalesce(
        months.last_entry_on >= {{ day_after('months.period_end', -365) }}, false
    ) as is_active,
    cast(months.outstanding_points as decimal(18, 4)) as outstanding_points,
    cast(months.stated_points as decimal(18, 4)) as stated_points,
    cast(months.stated_difference as decimal(18, 4)) as stated_difference
from months
inner join {{ ref('closed_periods') }} as periods on months.period_end = periods.period_end
