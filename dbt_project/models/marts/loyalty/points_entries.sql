with

members as (

    select * from {{ ref('loyalty_members') }}

)

select
    entries.entry_id,
    entries.member_id,
    links.customer_id,
    members.level as member_level,
    entries.kind,
    entries.entry_on,
    entries.points,
    -- where no system says so, points are given up as lost after this many months
    coalesce(
        entries.expires_on,
        {{ day_after('entries.entry_on', var('points_valid_months'), 'month') }}
    ) as expires_on,
    entries._system,
    entries._file_id,
    entries._row
from {{ ref('points_ledger') }} as entries
left join members on entries.member_id = members.member_id
left join {{ ref('account_links') }} as links
    on
        members.customer_id = links.system_customer_id
        and {{ valid_on('links', 'entries.entry_on') }}
where entries._removed_at is null
