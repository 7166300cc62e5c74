with

customers as (

    select * from {{ ref('customers') }}

),

managers_today as (

    select
        managers.customer_id,
        managers.employee_id
    from {{ ref('account_managers') }} as managers
    cross join {{ source('rapport', 'this_build') }} as this_build
    where
        -- the last day that is seen is the one before
        {{ valid_at_end('managers', 'this_build.as_of_on') }}

),

employees as (

    select * from {{ ref('employees') }}

),

-- as computed at the last month end
computed as (

    select
        customer_id,
        tier,
        segment,
        lifecycle_stage
    from {{ ref('customer_segments') }}
    where
        grain = 'month'
        and period_end = (select max(period_end) from {{ ref('closed_periods') }} where grain = 'month')

)

select
    customers.customer_id,
    customers.customer_name,
    customers.customer_type,
    customers.industry,
    customers.company_size,
    customers.country,
    customers.region,
    customers.city,
    customers.legal_entity,
    customers.is_key_account,
    coalesce(customers.parent_customer_id, customers.customer_id) as parent_customer_id,
    managers_today.employee_id as account_manager,
    employees.employee_name as account_manager_name,
    employees.team,
    computed.tier,
    computed.segment,
    computed.lifecycle_stage
from customers
left join managers_today
    on customers.customer_id = managers_today.customer_id
left join employees
    on managers_today.employee_id = employees.employee_id
left join computed
    on customers.customer_id = computed.customer_id
