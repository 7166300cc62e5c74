with

tickets as (

    select * from {{ ref('stg_zendesk__tickets') }}
    where customer_no is not null

),

newest as (

    {{ newest_rows('tickets', ['customer_no'], '_exported_at desc, created_at desc, _load desc, _row desc') }}

)

select
    {{ prefixed_id('zendesk', 'customer_no', 'customers') }} as customer_id,
    coalesce(nullif(organization, ''), requester) as customer_name,
    false as is_intercompany,
    case when nullif(organization, '') is not null then 'enterprise' else 'individual' end as customer_type,
    {{ provenance() }}
from newest
