with

leads as (

    select
        *,
        {{ day_after('created_on', 90) }} as ripe_on
    from {{ ref('leads') }}
    where _removed_at is null

),

converted as (

    select
        leads.lead_id,
        links.customer_id
    from leads
    inner join {{ ref('account_links') }} as links
        on
            leads.converted_customer_id = links.system_customer_id
            and {{ valid_on('links', 'leads.converted_on') }}

),

first_orders as (

    select
        leads.lead_id,
        min(order_days.ordered_on) as ordered_on
    from leads
    inner join converted on leads.lead_id = converted.lead_id
    inner join {{ ref('order_days') }} as order_days
        on
            converted.customer_id = order_days.customer_id
            and leads.created_on <= order_days.ordered_on
    group by leads.lead_id

)

select
    leads.lead_id,
    leads.source,
    leads.campaign_id,
    leads.status,
    leads.created_on,
    leads.qualified_on,
    leads.converted_on,
    converted.customer_id as account_id,
    first_orders.ordered_on as first_ordered_on,
    leads.ripe_on < this_build.as_of_on as is_ripe,
    coalesce(leads.ripe_on < this_build.as_of_on and leads.converted_on <= leads.ripe_on, false) as is_converted_in_time,
    case when leads.ripe_on >= this_build.as_of_on then 'window_open' end as reason,
    cast({{ dbt.datediff('leads.created_on', 'first_orders.ordered_on', 'day') }} as integer) as days_to_order,
    leads._system,
    leads._file_id,
    leads._row
from leads
left join converted on leads.lead_id = converted.lead_id
left join first_orders on leads.lead_id = first_orders.lead_id
cross join {{ source('rapport', 'this_build') }} as this_build
