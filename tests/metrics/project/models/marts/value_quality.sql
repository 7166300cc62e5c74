select * from {{ ref('order_lines') }} join {{ ref('customers') }} using (id)
