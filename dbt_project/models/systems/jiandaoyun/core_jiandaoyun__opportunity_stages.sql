with

deal_stages as (

    select * from {{ ref('stg_jiandaoyun__deal_stages') }}

)

select
    {{ prefixed_id('jiandaoyun', 'deal_id', 'opportunities') }} as opportunity_id,
    stage,
    stage_changed_at as entered_at,
    {{ provenance() }}
from deal_stages
