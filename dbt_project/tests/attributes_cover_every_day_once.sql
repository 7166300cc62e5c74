-- The stretches of an account lie side by side from the beginning on, without gap or overlap; the last one has no end.
with

stretches as (

    select
        customer_id,
        valid_from,
        valid_to,
        lead(valid_from) over (partition by customer_id order by valid_from) as next_from
    from {{ ref('customer_attributes') }}

)

select * from stretches
where
    (next_from is not null and (valid_to is null or valid_to != next_from))
    or (next_from is null and valid_to is not null)
