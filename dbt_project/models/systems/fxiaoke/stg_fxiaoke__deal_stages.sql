with

source as (

    select * from {{ source('fxiaoke', 'deals') }}

)

select
    deal_id,
    stage,
    stage_changed_at,
    {{ provenance() }}
from source
where
    stage is not null
    and stage_changed_at is not null
