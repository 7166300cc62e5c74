with

contracts as (

    select * from {{ ref('contracts') }}
    where _removed_at is null

),

renewals as (

    select distinct renews_contract_id from contracts
    where renews_contract_id is not null

),

terms as (

    select
        contracts.contract_id,
        links.customer_id,
        contracts.starts_on,
        contracts.ends_on,
        coalesce(contracts.currency, '{{ var('currency') }}') as currency,
        contracts.annual_value,
        renewals.renews_contract_id is not null as is_renewed,
        contracts._system,
        contracts._file_id,
        contracts._row
    from contracts
    left join renewals on contracts.contract_id = renewals.renews_contract_id
    left join {{ ref('account_links') }} as links
        on
            contracts.customer_id = links.system_customer_id
            and {{ valid_on('links', 'contracts.starts_on') }}
    where not coalesce(links.is_intercompany, false)

)

select
    terms.contract_id,
    terms.customer_id,
    terms.starts_on,
    terms.ends_on,
    {{ in_company_currency('terms.annual_value', 'terms.currency', 'rates.rate') }} as annual_amount,
    terms.is_renewed,
    coalesce(terms.ends_on < this_build.as_of_on, false) as has_ended,
    terms._system,
    terms._file_id,
    terms._row
from terms
cross join {{ source('rapport', 'this_build') }} as this_build
left join {{ ref('exchange_rates') }} as rates
    on
        terms.currency = rates.from_currency
        and terms.starts_on = rates.day
