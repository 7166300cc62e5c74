-- Two links of one system's customer never share a day: each fact finds at most one account.
select
    links.system_customer_id,
    links.valid_from,
    later.valid_from as overlapping_from
from {{ ref('account_links') }} as links
inner join {{ ref('account_links') }} as later
    on
        links.system_customer_id = later.system_customer_id
        and links.customer_id != later.customer_id
        and links.valid_from <= later.valid_from
        and (links.valid_to is null or links.valid_to > later.valid_from)
        and (later.valid_to is null or later.valid_to > later.valid_from)
