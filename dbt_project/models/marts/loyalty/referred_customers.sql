with

-- the first lead that became the account and names who referred it
referrals as (

    select
        links.customer_id,
        leads.lead_id,
        referrers.customer_id as referred_by,
        leads._system,
        leads._file_id,
        leads._row,
        row_number() over (partition by links.customer_id order by leads.created_on, leads.lead_id) as turn
    from {{ ref('leads') }} as leads
    inner join {{ ref('account_links') }} as links
        on
            leads.converted_customer_id = links.system_customer_id
            and {{ valid_on('links', 'coalesce(leads.converted_on, leads.created_on)') }}
    left join {{ ref('account_links') }} as referrers
        on
            leads.referred_by_customer_id = referrers.system_customer_id
            and {{ valid_on('referrers', 'leads.created_on') }}
    where
        leads.referred_by_customer_id is not null
        and leads._removed_at is null

)

select
    referrals.customer_id,
    order_days.ordered_on as first_ordered_on,
    referrals.referred_by,
    referrals.lead_id,
    referrals._system,
    referrals._file_id,
    referrals._row
from referrals
inner join {{ ref('order_days') }} as order_days
    on
        referrals.customer_id = order_days.customer_id
        and order_days.is_new
where referrals.turn = 1
