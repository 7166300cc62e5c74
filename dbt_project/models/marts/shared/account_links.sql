{{ replaces_changed(['system_customer_id']) }}
with

accounts as (

    select * from {{ ref('customers') }}

),

links as (

    select
        system_customer_id,
        customer_id,
        valid_from,
        -- a link that vanished from the export has ended on the day on which it was no longer there
        least(valid_to, {{ local_date('_removed_at') }}) as valid_to
    from {{ ref('customer_links') }}

    union all

    -- a system that knows the accounts themselves needs no link, unless one is given
    select
        accounts.customer_id as system_customer_id,
        accounts.customer_id,
        cast('0001-01-01' as date) as valid_from,
        cast(null as date) as valid_to
    from accounts

)

select
    links.system_customer_id,
    links.customer_id,
    accounts.is_intercompany,
    links.valid_from,
    least(
        links.valid_to,
        lead(links.valid_from) over (partition by links.system_customer_id order by links.valid_from)
    ) as valid_to
from links
inner join accounts on links.customer_id = accounts.customer_id
