-- So that points read as shares of the worst case.
select sum(points) as points from {{ ref('churn_rules') }}
having sum(points) != 100
