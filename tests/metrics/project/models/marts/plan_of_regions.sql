select * from {{ ref('targets') }}
