{#- What a row is worth, in its own currency; other tables carry no money. #}
{%- set amounts = {
    'campaigns': 'cost',
    'contracts': 'annual_value',
    'credits': 'amount',
    'customers': 'estimated_annual_spend',
    'invoices': 'amount',
    'opportunities': 'amount',
    'order_lines': 'net_amount',
    'payments': 'amount',
    'requirements': 'value_at_stake',
    'returns': 'refund_amount',
    'service_costs': 'amount',
    'targets': 'value',
} %}
{#- The day that the row itself says; a line without its order says none. #}
{%- set days = {
    'campaigns': 'starts_on',
    'contracts': 'starts_on',
    'credits': 'booked_on',
    'invoices': 'issued_on',
    'opportunities': 'coalesce(created_on, closed_on)',
    'orders': 'ordered_on',
    'payments': 'paid_on',
    'requirements': 'created_on',
    'returns': 'returned_on',
    'service_costs': 'period_start',
    'targets': 'period_start',
} %}
{#- Tables whose marts drop or empty what they cannot convert, each at the rate of its day. #}
{%- set converted = ['campaigns', 'contracts', 'invoices', 'opportunities', 'requirements', 'service_costs'] %}
with

incomplete as (

    select
        cast(null as varchar) as core_table,
        cast(null as varchar) as _system,
        cast(null as varchar) as _file_id,
        cast(null as bigint) as _row,
        cast(null as varchar) as rule,
        cast(null as varchar) as broken_columns,
        cast(null as decimal(18, 4)) as amount,
        cast(null as varchar) as currency,
        cast(null as date) as happened_on
    where false
    {%- for table in var('feeds') | sort %}
    {%- set contract = core_contract(table) %}

    union all

    select
        '{{ table }}',
        _system,
        _file_id,
        _row,
        'no value',
        concat_ws(', '
            {%- for column in contract.required %}, case when {{ column }} is null then '{{ column }}' end{% endfor -%}
        ),
        {{ amounts.get(table, 'null') }},
        {{ 'currency' if table in amounts else 'null' }},
        {{ days.get(table, 'null') }}
    from ({{ fed_rows(table, contract.types) }})
    where
        {%- for column in contract.required %}
        {{ "or " if not loop.first }}{{ column }} is null
        {%- endfor %}
    {%- endfor %}

),

invoices as (

    select
        invoice_id,
        customer_id,
        coalesce(currency, '{{ var('currency') }}') as currency
    from {{ ref('invoices') }}

),

payments as (

    select * from {{ ref('payments') }}
    where _removed_at is null

),

priced as (
    {% for table in converted %}
    select
        '{{ table }}' as core_table,
        _system,
        _file_id,
        _row,
        {{ 'null' if table == 'campaigns' else 'customer_id' }} as customer_id,
        {{ amounts[table] }} as amount,
        currency,
        {{ days[table] }} as priced_on,
        {{ days[table] }} as happened_on
    from {{ ref(table) }}
    where
        _removed_at is null
        {%- if table == 'requirements' %}
        and coalesce(status, 'new') != 'declined'
        {%- endif %}

    union all
    {% endfor %}
    -- a payment in its invoice's own currency needs no rate
    select
        'payments' as core_table,
        payments._system,
        payments._file_id,
        payments._row,
        invoices.customer_id,
        payments.amount,
        payments.currency,
        payments.paid_on as priced_on,
        payments.paid_on as happened_on
    from payments
    inner join invoices on payments.invoice_id = invoices.invoice_id
    where payments.currency != invoices.currency

    union all

    -- what a reward costs is converted for each claim
    select
        'reward_claims' as core_table,
        claims._system,
        claims._file_id,
        claims._row,
        null as customer_id,
        rewards.unit_cost as amount,
        rewards.currency,
        claims.claimed_on as priced_on,
        claims.claimed_on as happened_on
    from {{ ref('reward_claims') }} as claims
    inner join {{ ref('rewards') }} as rewards on claims.reward_id = rewards.reward_id
    where claims._removed_at is null

    union all

    -- what an account could spend is converted at each period's end: here at the last day that is seen
    select
        'customers' as core_table,
        customers._system,
        customers._file_id,
        customers._row,
        customers.customer_id,
        customers.estimated_annual_spend as amount,
        customers.currency,
        {{ day_after('this_build.as_of_on', -1) }} as priced_on,
        null as happened_on
    from {{ ref('customers') }} as customers
    cross join {{ source('rapport', 'this_build') }} as this_build
    where customers._removed_at is null

),

left_out as (

    select
        'order_lines' as core_table, _system, _file_id, _row, left_out_because as rule, original_amount as amount, currency,
        ordered_on as happened_on
    from {{ ref('order_lines_considered') }}

    union all

    select
        'returns' as core_table, _system, _file_id, _row, left_out_because as rule, original_amount as amount, currency,
        returned_on as happened_on
    from {{ ref('returns_considered') }}

    union all

    select
        'credits' as core_table, _system, _file_id, _row, left_out_because as rule, original_amount as amount, currency,
        booked_on as happened_on
    from {{ ref('credits_considered') }}

    union all

    -- payments of invoices that are known, as far as any is
    select
        'payments' as core_table, payments._system, payments._file_id, payments._row, 'no invoice' as rule, payments.amount, payments.currency,
        payments.paid_on as happened_on
    from payments
    left join invoices on payments.invoice_id = invoices.invoice_id
    where
        payments.invoice_id is not null
        and invoices.invoice_id is null
        and (select count(*) from invoices) > 0

    union all

    select
        'targets' as core_table, _system, _file_id, _row, 'another currency' as rule, value as amount, currency, period_start as happened_on
    from {{ ref('targets') }}
    where
        _removed_at is null
        and currency != '{{ var('currency') }}'

    union all

    select
        priced.core_table, priced._system, priced._file_id, priced._row, 'no exchange rate' as rule, priced.amount, priced.currency, priced.happened_on
    from priced
    left join {{ ref('account_links') }} as links
        on
            priced.customer_id = links.system_customer_id
            and {{ valid_on('links', 'priced.priced_on') }}
    left join {{ ref('exchange_rates') }} as rates
        on
            priced.currency = rates.from_currency
            and priced.priced_on = rates.day
    where
        priced.amount is not null
        and priced.currency != '{{ var('currency') }}'
        and rates.rate is null
        and not coalesce(links.is_intercompany, false)

),

refused as (

    select * from incomplete

    union all

    select
        core_table,
        _system,
        _file_id,
        _row,
        rule,
        case rule when 'no order' then 'order_id' when 'no invoice' then 'invoice_id' else 'currency' end as broken_columns,
        amount,
        currency,
        happened_on
    from left_out
    where rule in ('no order', 'no invoice', 'no exchange rate', 'another currency')

),

files as (

    select
        lake_files.file_id,
        -- as in file_loads: files of a closed history count on the last day that is seen
        max(least({{ local_date('lake_files.exported_at') }}, {{ day_after('this_build.as_of_on', -1) }})) as exported_on
    from {{ source('rapport', 'lake_files') }} as lake_files
    cross join {{ source('rapport', 'this_build') }} as this_build
    group by lake_files.file_id

)

select
    refused.*,
    files.exported_on
from refused
left join files
    on refused._file_id = files.file_id
