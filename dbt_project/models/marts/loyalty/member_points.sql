-- Every closed quarter and year ends with a closed month, so that stocks are told once for each end and then given to each grain.
with

ends as (

    select
        period_end,
        lag(period_end) over (order by period_end) as end_before
    from (select distinct period_end from {{ ref('stock_periods') }}) as period_ends

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

-- what was booked since the end before; before the first one, all
entries_until as (

    select
        entries.member_id,
        ends.period_end,
        sum(entries.points) as points,
        max(entries.entry_on) as last_entry_on
    from entries
    inner join ends
        on
            entries.entry_on < ends.period_end
            and (ends.end_before is null or entries.entry_on >= ends.end_before)
    group by entries.member_id, ends.period_end

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

stocks as (

    select
        ends.period_end,
        members.member_id,
        links.customer_id,
        members.level,
        members.is_known,
        coalesce(members.joined_on < ends.period_end, false)
        and (members.left_on is null or members.left_on >= ends.period_end) as is_member,
        coalesce(
            sum(entries_until.points) over (
                partition by members.member_id order by ends.period_end rows unbounded preceding
            ),
            0
        ) as outstanding_points,
        max(entries_until.last_entry_on) over (
            partition by members.member_id order by ends.period_end rows unbounded preceding
        ) as last_entry_on,
        statements.stated_points,
        statements.stated_points - statements.booked_points as stated_difference
    from members
    inner join ends on members.first_day < ends.period_end
    left join entries_until
        on
            members.member_id = entries_until.member_id
            and ends.period_end = entries_until.period_end
    left join statements
        on
            members.member_id = statements.member_id
            and ends.period_end = statements.month_end
            and statements.recency = 1
    left join {{ ref('account_links') }} as links
        on
            members.customer_id = links.system_customer_id
            and {{ valid_at_end('links', 'ends.period_end') }}

)

select
    periods.grain,
    stocks.period_end,
    stocks.member_id,
    stocks.customer_id,
    stocks.level as member_level,
    stocks.is_known,
    stocks.is_member,
    stocks.is_member and coalesce(
        stocks.last_entry_on >= {{ day_after('stocks.period_end', -365) }}, false
    ) as is_active,
    cast(stocks.outstanding_points as decimal(18, 4)) as outstanding_points,
    cast(stocks.stated_points as decimal(18, 4)) as stated_points,
    cast(stocks.stated_difference as decimal(18, 4)) as stated_difference
from stocks
inner join {{ ref('stock_periods') }} as periods on stocks.period_end = periods.period_end
