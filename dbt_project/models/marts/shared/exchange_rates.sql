{{ replaces_changed(['from_currency', 'day']) }}
with

rates as (

    select
        from_currency,
        rate_on,
        rate,
        lead(rate_on) over (partition by from_currency order by rate_on) as next_rate_on
    from {{ ref('fx_rates') }}
    where
        to_currency = '{{ var('currency') }}'
        and from_currency != to_currency

),

days as (

    select * from {{ ref('calendar_days') }}

)

select
    rates.from_currency,
    days.day,
    rates.rate_on,
    rates.rate
from rates
inner join days
    on
        rates.rate_on <= days.day
        and days.day <= rates.rate_on + {{ var('rate_days') }}
        and (rates.next_rate_on is null or days.day < rates.next_rate_on)
