with

opportunities as (

    select
        *,
        coalesce(created_on, closed_on) as priced_on
    from {{ ref('opportunities') }}
    where _removed_at is null

),

leads as (

    select
        lead_id,
        source
    from {{ ref('leads') }}

),

converted as (

    select
        opportunities.opportunity_id,
        links.customer_id,
        opportunities.product_id,
        opportunities.employee_id as seller_id,
        leads.source,
        opportunities.created_on,
        opportunities.expected_close_on,
        case when opportunities.status in ('won', 'lost') then opportunities.closed_on end as closed_on,
        opportunities.status,
        opportunities.stage,
        opportunities.lost_reason,
        opportunities.competitor,
        opportunities.probability as stated_probability,
        opportunities.amount as original_amount,
        coalesce(opportunities.currency, '{{ var('currency') }}') as currency,
        {{ in_company_currency('opportunities.amount', "coalesce(opportunities.currency, '" ~ var('currency') ~ "')", 'rates.rate') }} as amount,
        opportunities._system,
        opportunities._file_id,
        opportunities._row
    from opportunities
    left join leads on opportunities.lead_id = leads.lead_id
    left join {{ ref('account_links') }} as links
        on
            opportunities.customer_id = links.system_customer_id
            and {{ valid_on('links', 'opportunities.priced_on') }}
    left join {{ ref('exchange_rates') }} as rates
        on
            opportunities.currency = rates.from_currency
            and opportunities.priced_on = rates.day
    where not coalesce(links.is_intercompany, false)

)

select
    converted.opportunity_id,
    converted.customer_id,
    converted.product_id,
    converted.seller_id,
    converted.source,
    converted.created_on,
    converted.expected_close_on,
    converted.closed_on,
    converted.status,
    converted.stage,
    converted.lost_reason,
    converted.competitor,
    converted.amount,
    converted.original_amount,
    converted.currency,
    coalesce(converted.stated_probability, stages.probability) as probability,
    cast(case
        when converted.closed_on >= converted.created_on then {{ dbt.datediff('converted.created_on', 'converted.closed_on', 'day') }}
    end as integer) as days_to_close,
    converted._system,
    converted._file_id,
    converted._row
from converted
left join {{ ref('pipeline_stages') }} as stages
    on converted.stage = stages.stage
where converted.amount is not null or converted.original_amount is null
