with

periods as (

    select
        grain,
        period_end
    from {{ ref('stock_periods') }}

),

tickets as (

    select * from {{ ref('service_tickets') }}
    where
        solved_on is not null
        or is_open

),

waiting as (

    select
        periods.grain,
        periods.period_end,
        tickets.ticket_id,
        tickets.customer_id,
        tickets.product_id,
        tickets.kind,
        tickets.topic,
        tickets.channel,
        tickets.priority,
        {{ dbt.datediff('tickets.opened_on', 'periods.period_end', 'day') }} - 1 as age_days,
        tickets._system,
        tickets._file_id,
        tickets._row
    from periods
    inner join tickets
        on
            periods.period_end > tickets.opened_on
            and (tickets.solved_on is null or tickets.solved_on >= periods.period_end)

)

select
    grain,
    period_end,
    ticket_id,
    customer_id,
    product_id,
    kind,
    topic,
    channel,
    priority,
    cast(age_days as bigint) as age_days,
    case
        when age_days <= 2 then '0-2 days'
        when age_days <= 7 then '3-7 days'
        when age_days <= 30 then '8-30 days'
        else 'over 30 days'
    end as age_band,
    _system,
    _file_id,
    _row
from waiting
