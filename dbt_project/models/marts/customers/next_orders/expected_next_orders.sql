with

period_ends as (

    select
        grain,
        period_end,
        row_number() over (order by period_end desc) as recency
    from {{ ref('closed_periods') }}
    where grain = 'month'

),

-- business days, counted; a day off has the number of the business day before it
calendar as (

    select
        day,
        is_business_day,
        sum(case when is_business_day then 1 else 0 end) over (order by day rows unbounded preceding) as number
    from {{ ref('calendar_days') }}

),

business_days as (

    select
        number,
        day
    from calendar
    where is_business_day

),

day_values as (

    select
        customer_id,
        ordered_on,
        sum(amount) as amount
    from {{ ref('sales_lines') }}
    where customer_id is not null
    group by customer_id, ordered_on

),

turns as (

    select
        order_days.customer_id,
        order_days.ordered_on,
        calendar.number,
        coalesce(day_values.amount, 0) as amount,
        row_number() over (partition by order_days.customer_id order by order_days.ordered_on) as turn,
        lead(order_days.ordered_on) over (partition by order_days.customer_id order by order_days.ordered_on) as next_ordered_on,
        lead(calendar.number) over (partition by order_days.customer_id order by order_days.ordered_on) as next_number,
        calendar.number - lag(calendar.number) over (partition by order_days.customer_id order by order_days.ordered_on) as gap
    from {{ ref('order_days') }} as order_days
    inner join calendar
        on order_days.ordered_on = calendar.day
    left join day_values
        on
            order_days.customer_id = day_values.customer_id
            and order_days.ordered_on = day_values.ordered_on

),

-- where each customer stood at each month end, and at the one before the first, whose expectations are scored in it
standing as (

    select
        period_ends.grain,
        period_ends.period_end,
        period_ends.recency,
        {{ day_after('period_ends.period_end', 1, 'month') }} as next_period_end,
        turns.*
    from period_ends
    inner join turns
        on
            period_ends.period_end > turns.ordered_on
            and (turns.next_ordered_on is null or turns.next_ordered_on >= period_ends.period_end)
    where
        period_ends.recency <= {{ var('expected_orders_months') }} + 1
        and turns.turn >= {{ var('churn_least_order_days') }}

),

rhythms as (

    select
        standing.period_end,
        standing.customer_id,
        count(*) as gaps,
        percentile_cont(0.1) within group (order by earlier.gap) as short_gap,
        percentile_cont(0.5) within group (order by earlier.gap) as usual_gap,
        percentile_cont(0.9) within group (order by earlier.gap) as long_gap,
        avg(earlier.amount) as expected_value
    from standing
    inner join turns as earlier
        on
            standing.customer_id = earlier.customer_id
            and earlier.turn between greatest(2, standing.turn - {{ var('expected_orders_gaps') }} + 1) and standing.turn
    group by standing.period_end, standing.customer_id

),

expectations as (

    select
        standing.*,
        rhythms.gaps,
        greatest(1, rhythms.usual_gap) as usual_gap,
        rhythms.expected_value,
        standing.number + cast(greatest(1, round(rhythms.usual_gap)) as integer) as expected_number,
        standing.number + greatest(1, standing.gap) as same_gap_number,
        standing.number + cast(greatest(1, round(rhythms.short_gap)) as integer) as from_number,
        standing.number + cast(greatest(1, round(rhythms.long_gap)) as integer) as to_number,
        ends.number as end_number
    from standing
    inner join rhythms
        on
            standing.period_end = rhythms.period_end
            and standing.customer_id = rhythms.customer_id
    inner join calendar as ends
        on {{ day_after('standing.period_end', -1) }} = ends.day

),

-- who has been silent for several times its gap is not late, it is silent: the lists of churn name it
dated as (

    select
        expectations.*,
        expected.day as expected_on,
        earliest.day as expected_from,
        latest.day as expected_to,
        expected.day < expectations.period_end
        and expectations.end_number - expectations.number <= {{ var('expected_orders_patience') }} * expectations.usual_gap as is_overdue,
        expected.day < expectations.next_period_end
        and (
            expected.day >= expectations.period_end
            or expectations.end_number - expectations.number <= {{ var('expected_orders_patience') }} * expectations.usual_gap
        ) as is_due,
        same_gap.day < expectations.next_period_end
        and (
            same_gap.day >= expectations.period_end
            or expectations.end_number - expectations.number
            <= {{ var('expected_orders_patience') }} * (expectations.same_gap_number - expectations.number)
        ) as is_due_by_same_gap,
        coalesce(expectations.next_ordered_on < expectations.next_period_end, false) as comes
    from expectations
    left join business_days as expected
        on expectations.expected_number = expected.number
    left join business_days as earliest
        on expectations.from_number = earliest.number
    left join business_days as latest
        on expectations.to_number = latest.number
    left join business_days as same_gap
        on expectations.same_gap_number = same_gap.number

),

-- what is usually on the order: the three products that are on most order days of the last 12 months, as known now
bought as (

    select
        sales_lines.customer_id,
        sales_lines.product_id,
        count(distinct sales_lines.ordered_on) as order_days
    from {{ ref('sales_lines') }} as sales_lines
    inner join period_ends
        on
            period_ends.recency = 1
            and period_ends.period_end > sales_lines.ordered_on
            and sales_lines.ordered_on >= {{ day_after('period_ends.period_end', -12, 'month') }}
    where
        sales_lines.customer_id is not null
        and sales_lines.product_id is not null
    group by sales_lines.customer_id, sales_lines.product_id

),

ranked as (

    select
        customer_id,
        product_id,
        row_number() over (partition by customer_id order by order_days desc, product_id) as place
    from bought

),

usual_products as (

    select
        customer_id,
        {{ list_in_order('product_id', ['place']) }} as products
    from ranked
    where place <= 3
    group by customer_id

)

select
    dated.grain,
    dated.period_end,
    dated.customer_id,
    dated.ordered_on as last_ordered_on,
    cast(dated.usual_gap as double) as usual_gap,
    dated.expected_on,
    dated.expected_from,
    dated.expected_to,
    cast(dated.expected_value as decimal(18, 4)) as expected_value,
    case when dated.recency = 1 then usual_products.products end as products,
    coalesce(dated.is_overdue, false) as is_overdue,
    coalesce(dated.is_due, false) as is_due,
    -- how the month before went
    coalesce(before.is_due, false) as was_due,
    coalesce(before.is_due_by_same_gap, false) as was_due_by_same_gap,
    coalesce(before.comes, false) as has_come,
    cast(case when before.comes then abs(before.next_number - before.expected_number) end as double) as days_off,
    cast(case when before.comes then abs(before.next_number - before.same_gap_number) end as double) as days_off_by_same_gap
from dated
left join dated as before
    on
        dated.customer_id = before.customer_id
        and dated.period_end = before.next_period_end
left join usual_products
    on dated.customer_id = usual_products.customer_id
where dated.recency <= {{ var('expected_orders_months') }}
