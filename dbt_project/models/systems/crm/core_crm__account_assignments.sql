with

assignments as (

    select * from {{ ref('stg_crm__assignments') }}

)

select
    {{ prefixed_id('crm', 'account_no', 'customers') }} as customer_id,
    {{ prefixed_id('crm', 'employee_no', 'employees') }} as employee_id,
    role,
    valid_from,
    valid_to,
    {{ provenance(removed=true) }}
from assignments
