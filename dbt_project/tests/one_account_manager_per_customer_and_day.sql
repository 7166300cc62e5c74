-- Two stretches of one customer never share a day: overlapping assignments would count revenue twice.
select
    managers.customer_id,
    managers.valid_from,
    later.valid_from as overlapping_from
from {{ ref('account_managers') }} as managers
inner join {{ ref('account_managers') }} as later
    on
        managers.customer_id = later.customer_id
        and managers.valid_from < later.valid_from
        and (managers.valid_to is null or managers.valid_to > later.valid_from)
