with

order_lines as (

    select * from {{ ref('stg_kingdee__order_lines') }}

),

promised as (

    select
        order_no,
        max(promised_on) as promised_on
    from order_lines
    group by order_no

),

heads as (

    {{ newest_rows('order_lines', ['order_no'], 'line_no, _row') }}

)

select
    {{ prefixed_id('kingdee', 'heads.order_no', 'orders') }} as order_id,
    {{ prefixed_id('kingdee', 'heads.customer_no', 'customers') }} as customer_id,
    heads.organisation as legal_entity,
    false as is_intercompany,
    {{ instant_of('cast(heads.ordered_on as timestamp)', "'" ~ var('timezone') ~ "'") }} as ordered_at,
    heads.ordered_on,
    case
        when heads.is_cancelled then 'cancelled'
        when heads.is_closed then 'completed'
        else 'placed'
    end as status,
    heads.currency,
    {{ prefixed_id('kingdee', 'heads.seller', 'employees') }} as employee_id,
    promised.promised_on,
    heads._file_id,
    heads._row,
    heads._exported_at,
    heads._loaded_at,
    heads._load
from heads
inner join promised on heads.order_no = promised.order_no
