with

history as (

    select * from {{ ref('stg_zoho__stage_history') }}

),

versions as (

    {{ newest_rows('history', ['deal_id', 'stage', 'changed_at'], '_exported_at desc, _load desc, _row desc') }}

),

-- Zoho writes an entry also when the amount changes: the stage was entered with the first of those that follow one another
entries as (

    select
        *,
        lag(stage) over (partition by deal_id order by changed_at, stage) as stage_before
    from versions

)

select
    {{ prefixed_id('zoho', 'deal_id', 'opportunities') }} as opportunity_id,
    stage,
    changed_at as entered_at,
    {{ provenance() }}
from entries
where stage_before is null or stage_before != stage
