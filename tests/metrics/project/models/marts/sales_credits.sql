select * from {{ ref('credits') }} join {{ ref('customers') }} using (id)
