-- Targets in another currency are left out of the plan: the future has no exchange rates.
{{ config(severity='warn') }}
select * from {{ ref('targets') }}
where
    _removed_at is null
    and currency != '{{ var('currency') }}'
