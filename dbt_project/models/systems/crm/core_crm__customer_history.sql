-- A value holds from the day of the export in which it was first seen to the day of the export that says otherwise, or no longer has the account.
{%- set attributes = ['industry', 'company_size', 'region', 'is_key_account', 'manual_tier'] %}
with

snapshots as (

    select * from {{ ref('stg_crm__customer_snapshots') }}

),

export_days as (

    select
        exported_on,
        lead(exported_on) over (order by exported_on) as next_exported_on
    from (select distinct exported_on from snapshots) as days

),

observed as (

    {%- for attribute in attributes %}

    select
        account_no,
        exported_on,
        '{{ attribute }}' as attribute,
        cast({{ attribute }} as varchar) as value,
        {{ provenance() }}
    from snapshots
    {% if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

compared as (

    select
        observed.*,
        export_days.next_exported_on,
        lag(export_days.next_exported_on) over (
            partition by observed.account_no, observed.attribute order by observed.exported_on
        ) as expected_on,
        lag(observed.value) over (
            partition by observed.account_no, observed.attribute order by observed.exported_on
        ) as value_before
    from observed
    inner join export_days on observed.exported_on = export_days.exported_on

),

numbered as (

    select
        *,
        sum(case when expected_on = exported_on and value is not distinct from value_before then 0 else 1 end) over (
            partition by account_no, attribute order by exported_on rows unbounded preceding
        ) as stretch
    from compared

),

bounded as (

    select
        *,
        max(exported_on) over (partition by account_no, attribute, stretch) as last_seen_on,
        row_number() over (partition by account_no, attribute, stretch order by exported_on) as place
    from numbered

)

select
    {{ prefixed_id('crm', 'bounded.account_no', 'customers') }} as customer_id,
    bounded.attribute,
    bounded.value,
    bounded.exported_on as valid_from,
    export_days.next_exported_on as valid_to,
    {{ provenance() }}
from bounded
inner join export_days on bounded.last_seen_on = export_days.exported_on
where bounded.place = 1
