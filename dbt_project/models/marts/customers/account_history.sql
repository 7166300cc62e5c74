{%- set beginning = "cast('1900-01-01' as date)" -%}
{%- set attributes = {
    'customer_name': 'varchar', 'customer_type': 'varchar', 'industry': 'varchar', 'company_size': 'varchar', 'country': 'varchar',
    'region': 'varchar', 'city': 'varchar', 'legal_entity': 'varchar', 'is_key_account': 'boolean', 'parent_customer_id': 'varchar',
    'manual_tier': 'varchar', 'strategic_fit': 'integer', 'estimated_annual_spend': 'decimal(18,4)', 'currency': 'varchar',
} %}
{# SQLFluff cannot follow the indentation of the loops. #}
-- noqa: disable=LT02
with

customers as (

    select * from {{ ref('customers') }}

),

history as (

    select
        customer_id,
        attribute,
        value,
        valid_from,
        valid_to
    from {{ ref('customer_history') }}

),

managers as (

    select * from {{ ref('account_managers') }}

),

employees as (

    select * from {{ ref('employees') }}

),

change_days as (

    select customer_id, {{ beginning }} as day from customers
    union
    select customer_id, valid_from as day from history
    union
    select customer_id, valid_to as day from history where valid_to is not null
    union
    select customer_id, valid_from as day from managers
    union
    select customer_id, valid_to as day from managers where valid_to is not null

),

-- between two change days of a customer nothing changes
stretches as (

    select
        customer_id,
        day as valid_from,
        lead(day) over (partition by customer_id order by day) as valid_to
    from change_days

),

-- which attributes of a customer have a history at all: only those are unknown outside of it
recorded as (

    select
        customer_id,
        {%- for attribute in attributes %}
        max(case when attribute = '{{ attribute }}' then 1 else 0 end) as has_{{ attribute }}{{ "," if not loop.last }}
        {%- endfor %}
    from history
    group by customer_id

),

known as (

    select
        stretches.customer_id,
        stretches.valid_from,
        {%- for attribute in attributes %}
        max(case when history.attribute = '{{ attribute }}' then history.value end) as {{ attribute }}{{ "," if not loop.last }}
        {%- endfor %}
    from stretches
    inner join history
        on
            stretches.customer_id = history.customer_id
            and {{ valid_on('history', 'stretches.valid_from') }}
    group by stretches.customer_id, stretches.valid_from

)

select
    stretches.customer_id,
    stretches.valid_from,
    stretches.valid_to,
    {%- for attribute, type in attributes.items() %}
    case
        when recorded.has_{{ attribute }} = 1 then {{ "known." ~ attribute if type == "varchar" else "cast(known." ~ attribute ~ " as " ~ type ~ ")" }}
        else customers.{{ attribute }}
    end as {{ attribute }},
    {%- endfor %}
    managers.employee_id as account_manager,
    employees.employee_name as account_manager_name,
    employees.team
from stretches
inner join customers
    on stretches.customer_id = customers.customer_id
left join recorded
    on stretches.customer_id = recorded.customer_id
left join known
    on
        stretches.customer_id = known.customer_id
        and stretches.valid_from = known.valid_from
left join managers
    on
        stretches.customer_id = managers.customer_id
        and {{ valid_on('managers', 'stretches.valid_from') }}
left join employees
    on managers.employee_id = employees.employee_id
