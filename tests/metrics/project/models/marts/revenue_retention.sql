select * from {{ ref('sales_lines') }}
