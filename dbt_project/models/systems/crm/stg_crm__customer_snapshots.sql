with

source as (

    select * from {{ source('crm', 'customers') }}

),

-- every delivery of a file asserts its state again, also one whose content came before
deliveries as (

    select
        file_id,
        {{ local_date('exported_at') }} as exported_on,
        row_number() over (
            partition by {{ local_date('exported_at') }} order by exported_at desc, name desc, sequence desc
        ) as recency
    from {{ source('rapport', 'lake_files') }}
    where
        system = 'crm'
        and table_name = 'customers'

),

renamed as (

    select
        -- ids
        source.account_no,

        -- strings
        trim(source.industry) as industry,
        source.company_size,
        source.region,
        source.manual_tier,

        -- booleans
        source.is_key_account,

        -- dates
        deliveries.exported_on,

        -- provenance
        {{ provenance() }}

    from source
    inner join deliveries on source._file_id = deliveries.file_id
    where deliveries.recency = 1

)

select * from renamed
