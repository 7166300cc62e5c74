with

assignments as (

    select
        assignments.customer_id,
        assignments.employee_id,
        assignments.valid_from,
        -- an assignment that vanished from the export has ended on the day on which it was no longer there
        least(assignments.valid_to, {{ local_date('assignments._removed_at') }}) as valid_to,
        priorities.priority
    from {{ ref('account_assignments') }} as assignments
    inner join {{ ref('assignment_priority') }} as priorities
        on assignments.role = priorities.role

),

change_days as (

    select customer_id, valid_from as day from assignments
    union
    select customer_id, valid_to as day from assignments where valid_to is not null

),

-- between two change days of a customer nothing changes
stretches as (

    select
        customer_id,
        day as valid_from,
        lead(day) over (partition by customer_id order by day) as valid_to
    from change_days

),

candidates as (

    select
        stretches.customer_id,
        stretches.valid_from,
        stretches.valid_to,
        assignments.employee_id,
        row_number() over (
            partition by stretches.customer_id, stretches.valid_from
            order by assignments.priority, assignments.valid_from desc, assignments.employee_id
        ) as choice
    from stretches
    inner join assignments
        on
            stretches.customer_id = assignments.customer_id
            and {{ valid_on('assignments', 'stretches.valid_from') }}

),

chosen as (

    select
        *,
        lag(employee_id) over (partition by customer_id order by valid_from) as employee_before,
        lag(valid_to) over (partition by customer_id order by valid_from) as valid_to_before
    from candidates
    where choice = 1

),

-- neighbouring stretches of the same manager become one
numbered as (

    select
        *,
        sum(case when employee_id = employee_before and valid_from = valid_to_before then 0 else 1 end) over (
            partition by customer_id order by valid_from rows unbounded preceding
        ) as stretch
    from chosen

)

select
    customer_id,
    min(valid_from) as valid_from,
    case when count(valid_to) = count(*) then max(valid_to) end as valid_to,
    employee_id
from numbered
group by customer_id, employee_id, stretch
