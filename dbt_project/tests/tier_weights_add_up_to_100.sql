-- the score is a percentile only if they do, and every account has a tier only if the lowest starts at 0
select 'weights' as what, sum(weight) as found from {{ ref('tier_weights') }} having sum(weight) != 100
union all
select 'lowest cut-off' as what, min(from_score) as found from {{ ref('tier_cut_offs') }} having min(from_score) != 0
