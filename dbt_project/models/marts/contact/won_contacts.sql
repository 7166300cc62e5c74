with

contacts as (

    select * from {{ ref('customer_contacts') }}

),

-- what was said before anybody wrote contacts down cannot be counted
record as (

    select min(occurred_on) as began_on
    from contacts
    having count(*) > 0

),

won as (

    select opportunities.*
    from {{ ref('sales_opportunities') }} as opportunities
    inner join record on opportunities.created_on >= record.began_on
    where
        opportunities.status = 'won'
        and opportunities.closed_on is not null

),

counted as (

    select
        won.opportunity_id,
        count(*) as contacts
    from won
    inner join contacts
        on
            contacts.occurred_on <= won.closed_on
            and (
                contacts.opportunity_id = won.opportunity_id
                or (
                    contacts.opportunity_id is null
                    and contacts.customer_id = won.customer_id
                    and contacts.occurred_on >= won.created_on
                )
            )
    group by won.opportunity_id

)

select
    won.opportunity_id,
    won.customer_id,
    won.seller_id,
    won.created_on,
    won.closed_on,
    cast(coalesce(counted.contacts, 0) as bigint) as contacts,
    won._system,
    won._file_id,
    won._row
from won
left join counted on won.opportunity_id = counted.opportunity_id
