with

source as (

    select * from {{ source('tmall', 'orders') }}

),

renamed as (

    select
        -- ids; ="…", a tab or an apostrophe keeps Excel from making a number of them
        {{ all_replaced('order_no', '[^0-9A-Za-z-]') }} as order_no,
        case when buyer not like '%*%' then nullif({{ all_replaced('buyer', '^[\\s=\"]+|[\\s\"]+$') }}, '') end as buyer,

        -- strings
        trim(status) as status,

        -- numbers
        goods_amount,
        paid_amount,
        coalesce(refund_amount, 0) as refund_amount,

        -- flags
        status like '%等待买家付款%' or status like '%未付款%' as is_unpaid,

        -- times
        created_at,
        paid_at,
        shipped_at,
        received_at,

        -- provenance
        {{ provenance() }}

    from source

),

-- an order keeps its buyer when a newer export hides the name
named as (

    select
        order_no,
        max(buyer) over (partition by order_no) as buyer,
        status,
        goods_amount,
        paid_amount,
        refund_amount,
        is_unpaid,
        created_at,
        paid_at,
        shipped_at,
        received_at,
        {{ provenance() }}
    from renamed

)

{{ newest_rows('named', ['order_no'], '_exported_at desc, _load desc, _row desc') }}
