select
    decisions.decision_id,
    decisions.edition_id,
    links.customer_id,
    decisions.action,
    decisions.owner_id,
    decisions.agreed_on,
    decisions.due_on,
    decisions.closed_on,
    -- before its day an open action is neither kept nor broken
    coalesce(decisions.closed_on is not null or decisions.due_on < this_build.as_of_on, false) as is_judged,
    coalesce(decisions.closed_on <= decisions.due_on, false) as is_kept,
    decisions._system,
    decisions._file_id,
    decisions._row
from {{ ref('decisions') }} as decisions
cross join {{ source('rapport', 'this_build') }} as this_build
left join {{ ref('account_links') }} as links
    on
        decisions.customer_id = links.system_customer_id
        and {{ valid_on('links', 'decisions.agreed_on') }}
where
    decisions.due_on is not null
    and decisions._removed_at is null
