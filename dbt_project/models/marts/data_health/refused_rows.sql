-- What a refused row would have been worth, in its own currency; other tables carry no money.
{%- set amounts = {
    'contracts': 'annual_value',
    'credits': 'amount',
    'invoices': 'amount',
    'opportunities': 'amount',
    'order_lines': 'net_amount',
    'payments': 'amount',
    'returns': 'refund_amount',
    'targets': 'value',
} %}
{#- The day that the row itself says; a line without its order says none. #}
{%- set days = {
    'contracts': 'starts_on',
    'credits': 'booked_on',
    'invoices': 'issued_on',
    'opportunities': 'created_on',
    'orders': 'ordered_on',
    'payments': 'paid_on',
    'returns': 'returned_on',
    'targets': 'period_start',
} %}
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

    -- what core has and the mart has not: its amount could not be converted
    select
        'opportunities' as core_table, opportunities._system, opportunities._file_id, opportunities._row, 'no exchange rate' as rule,
        opportunities.amount, opportunities.currency, opportunities.created_on as happened_on
    from {{ ref('opportunities') }} as opportunities
    left join {{ ref('sales_opportunities') }} as counted
        on opportunities.opportunity_id = counted.opportunity_id
    where
        counted.opportunity_id is null
        and opportunities._removed_at is null

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
        case rule when 'no order' then 'order_id' else 'currency' end as broken_columns,
        amount,
        currency,
        happened_on
    from left_out
    where rule in ('no order', 'no exchange rate')

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
