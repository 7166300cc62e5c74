with

employees as (

    select * from {{ ref('stg_crm__employees') }}

)

select
    {{ prefixed_id('crm', 'employee_no', 'employees') }} as employee_id,
    employee_name,
    email,
    role,
    team,
    {{ prefixed_id('crm', 'manager_no', 'employees') }} as manager_id,
    locale,
    active_from,
    active_to,
    {{ provenance(removed=true) }}
from employees
