with

source as (

    select * from {{ source('zoho', 'stage_history') }}

),

renamed as (

    select
        -- ids
        replace(deal_record_id, 'zcrm_', '') as deal_id,

        -- strings
        stage,

        -- times
        changed_at,

        -- provenance
        {{ provenance() }}

    from source

)

select * from renamed
