{#- The tables that money is made of, with the amount that is added up and the mart that it reaches. Amounts are hash totals: each in the row's
    own currency, to be compared and not to be read. #}
{%- set tables = {
    'order_lines': {'amount': 'net_amount', 'mart': 'sales_lines'},
    'returns': {'amount': 'refund_amount', 'mart': 'sales_returns'},
    'credits': {'amount': 'amount', 'mart': 'sales_credits'},
} -%}
with

files as (

    select
        system,
        table_name,
        rows_in_file,
        rows_good,
        rows_rejected,
        rows_skipped
    from {{ source('rapport', 'lake_files') }}
    where is_latest_delivery

),

refused as (

    select
        core_table as table_name,
        _system as system,
        count(*) as records,
        coalesce(sum(amount), 0) as amount
    from {{ ref('refused_rows') }}
    where rule = 'no value'
    group by core_table, _system

),

stages as (

    select
        cast(null as varchar) as stage,
        cast(null as varchar) as table_name,
        cast(null as varchar) as system,
        cast(null as varchar) as reason,
        cast(null as bigint) as records,
        cast(null as decimal(38, 4)) as amount
    where false
    {%- for table, about in tables.items() %}

    union all
    select
        'lake' as stage,
        '{{ table }}' as table_name,
        _system as system,
        null as reason,
        count(*) as records,
        sum({{ about.amount }}) as amount
    from ({{ fed_rows(table, {about.amount: 'decimal(18, 4)'}) }}) as fed_rows
    group by _system

    union all
    select
        'core' as stage,
        '{{ table }}' as table_name,
        _system as system,
        null as reason,
        count(*) as records,
        sum({{ about.amount }}) as amount
    from {{ ref(table) }}
    group by _system

    union all
    select
        'left_out' as stage,
        '{{ table }}' as table_name,
        _system as system,
        left_out_because as reason,
        count(*) as records,
        sum(original_amount) as amount
    from {{ ref(table ~ '_considered') }}
    where left_out_because is not null
    group by _system, left_out_because

    union all
    select
        'mart' as stage,
        '{{ table }}' as table_name,
        _system as system,
        null as reason,
        count(*) as records,
        sum(original_amount) as amount
    from {{ ref(about.mart) }}
    group by _system
    {%- endfor %}

),

totals as (

    select
        table_name,
        system,
        sum(case when stage = 'lake' then records else 0 end) as in_lake,
        sum(case when stage = 'core' then records else 0 end) as in_core,
        sum(case when stage = 'left_out' then records else 0 end) as left_out,
        sum(case when stage = 'mart' then records else 0 end) as in_mart,
        sum(case when stage = 'lake' then amount else 0 end) as amount_in_lake,
        sum(case when stage = 'core' then amount else 0 end) as amount_in_core,
        sum(case when stage = 'left_out' then amount else 0 end) as amount_left_out,
        sum(case when stage = 'mart' then amount else 0 end) as amount_in_mart
    from stages
    group by table_name, system

),

into_core as (

    select
        totals.*,
        coalesce(refused.records, 0) as refused,
        coalesce(refused.amount, 0) as amount_refused,
        totals.in_lake - totals.in_core - coalesce(refused.records, 0) as remaining,
        totals.amount_in_lake - totals.amount_in_core - coalesce(refused.amount, 0) as amount_remaining
    from totals
    left join refused
        on
            totals.table_name = refused.table_name
            and totals.system = refused.system

),

differences as (

    select 'file_to_lake' as step, system, table_name, 'rejected' as reason, sum(rows_rejected) as records, 0 as amount
    from files
    group by system, table_name
    union all
    select 'file_to_lake' as step, system, table_name, 'skipped' as reason, sum(rows_skipped) as records, 0 as amount
    from files
    group by system, table_name
    union all
    select
        'file_to_lake' as step,
        system,
        table_name,
        'unexplained' as reason,
        sum(abs(rows_in_file - rows_good - rows_rejected - rows_skipped)) as records,
        0 as amount
    from files
    group by system, table_name

    union all
    select 'lake_to_core' as step, system, table_name, 'no value' as reason, refused as records, amount_refused as amount
    from into_core
    union all
    -- of a key the newest record stands; what core does not hold can only have been replaced by a newer one
    select
        'lake_to_core' as step,
        system,
        table_name,
        'replaced by a newer record' as reason,
        greatest(remaining, 0) as records,
        case when remaining > 0 then amount_remaining else 0 end as amount
    from into_core
    union all
    select
        'lake_to_core' as step,
        system,
        table_name,
        'unexplained' as reason,
        greatest(-remaining, 0) as records,
        case when remaining > 0 then 0 else abs(amount_remaining) end as amount
    from into_core

    union all
    select 'core_to_mart' as step, system, table_name, reason, records, amount
    from stages
    where stage = 'left_out'
    union all
    select
        'core_to_mart' as step,
        system,
        table_name,
        'unexplained' as reason,
        abs(in_core - left_out - in_mart) as records,
        abs(amount_in_core - amount_left_out - amount_in_mart) as amount
    from totals

)

select
    differences.step,
    differences.system,
    differences.table_name,
    differences.reason,
    cast(differences.records as bigint) as records,
    cast(differences.amount as decimal(18, 4)) as amount,
    {{ day_after('this_build.as_of_on', -1) }} as seen_on
from differences
cross join {{ source('rapport', 'this_build') }} as this_build
where
    differences.records != 0
    or differences.amount != 0
    or differences.reason = 'unexplained'
