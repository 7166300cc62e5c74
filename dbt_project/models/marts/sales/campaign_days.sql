with

campaigns as (

    select
        campaigns.campaign_id,
        campaigns.campaign_name,
        campaigns.kind,
        campaigns.channel,
        campaigns.starts_on,
        coalesce(campaigns.ends_on, campaigns.starts_on) as ends_on,
        coalesce(kinds.is_acquisition, false) as is_acquisition,
        {{ in_company_currency('campaigns.cost', "coalesce(campaigns.currency, '" ~ var('currency') ~ "')", 'rates.rate') }} as cost,
        campaigns._system,
        campaigns._file_id,
        campaigns._row
    from {{ ref('campaigns') }} as campaigns
    left join {{ ref('campaign_kinds') }} as kinds
        on campaigns.kind = kinds.kind
    left join {{ ref('exchange_rates') }} as rates
        on
            campaigns.currency = rates.from_currency
            and campaigns.starts_on = rates.day
    where campaigns._removed_at is null

),

days as (

    select
        campaigns.*,
        calendar_days.day,
        row_number() over (partition by campaigns.campaign_id order by calendar_days.day) as days_to_date,
        count(*) over (partition by campaigns.campaign_id) as days_of_campaign
    from campaigns
    inner join {{ ref('calendar_days') }} as calendar_days
        on
            campaigns.starts_on <= calendar_days.day
            and campaigns.ends_on >= calendar_days.day
    where campaigns.cost is not null

)

select
    campaign_id,
    campaign_name,
    kind,
    channel,
    is_acquisition,
    day,
    -- what is rounded is the running total, so that the days add up to the cost exactly
    cast(round(cost * days_to_date / days_of_campaign, 4) - round(cost * (days_to_date - 1) / days_of_campaign, 4) as decimal(18, 4)) as amount,
    _system,
    _file_id,
    _row
from days
