with

source as (

    select * from {{ source('jiandaoyun', 'deals') }}

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
