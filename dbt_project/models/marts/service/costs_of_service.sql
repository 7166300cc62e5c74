with

exchange_rates as (

    select * from {{ ref('exchange_rates') }}

),

costs as (

    select
        *,
        coalesce(currency, '{{ var('currency') }}') as known_currency
    from {{ ref('service_costs') }}
    where _removed_at is null

)

select
    links.customer_id,
    costs.period_start as cost_on,
    costs.cost_type,
    costs.customer_id as system_customer_id,
    {{ in_company_currency('costs.amount', 'costs.known_currency', 'exchange_rates.rate') }} as amount,
    costs._system,
    costs._file_id,
    costs._row
from costs
left join {{ ref('account_links') }} as links
    on
        costs.customer_id = links.system_customer_id
        and {{ valid_on('links', 'costs.period_start') }}
left join exchange_rates
    on
        costs.known_currency = exchange_rates.from_currency
        and costs.period_start = exchange_rates.day
where
    {{ in_company_currency('costs.amount', 'costs.known_currency', 'exchange_rates.rate') }} is not null
    and not coalesce(links.is_intercompany, false)
