with

deal_stages as (

    select * from {{ ref('stg_fxiaoke__deal_stages') }}

)

select
    {{ prefixed_id('fxiaoke', 'deal_id', 'opportunities') }} as opportunity_id,
    stage,
    stage_changed_at as entered_at,
    {{ provenance() }}
from deal_stages
