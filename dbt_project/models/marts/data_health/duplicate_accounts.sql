with

customers as (

    select * from {{ ref('customers') }}
    where _removed_at is null

),

contacts as (

    select * from {{ ref('contacts') }}
    where _removed_at is null

),

-- accounts of one group share a domain, and mostly a name: they count as one here
accounts as (

    select
        customer_id,
        coalesce(parent_customer_id, customer_id) as group_id,
        coalesce(created_on, cast('{{ var('history_starts_on') }}' as date)) as created_on,
        {{ comparable_name('customer_name') }} as name,
        lower(trim(city)) as city,
        _system,
        _file_id,
        _row
    from customers

),

domains as (

    select distinct
        customer_id,
        lower({{ dbt.split_part('trim(email)', "'@'", 2) }}) as domain
    from contacts
    where email like '%_@_%'

),

likenesses as (

    select
        domains.customer_id,
        'mail_domain' as found_by,
        domains.domain as likeness
    from domains
    left join {{ ref('mail_providers') }} as providers on domains.domain = providers.domain
    where providers.domain is null

    union all

    select
        customer_id,
        'name_and_city' as found_by,
        name || ' ' || city as likeness
    from accounts

),

alike as (

    select
        accounts.customer_id,
        likenesses.found_by,
        likenesses.likeness,
        accounts.group_id,
        accounts.created_on,
        first_value(accounts.customer_id) over first_of_its_kind as repeats_customer_id,
        first_value(accounts.group_id) over first_of_its_kind as repeats_group_id,
        accounts._system,
        accounts._file_id,
        accounts._row
    from likenesses
    inner join accounts on likenesses.customer_id = accounts.customer_id
    where likenesses.likeness is not null
    window first_of_its_kind as (
        partition by likenesses.found_by, likenesses.likeness
        order by accounts.created_on, accounts.customer_id
    )

)

select
    customer_id,
    found_by,
    min(repeats_customer_id) as repeats_customer_id,
    min(likeness) as likeness,
    min(created_on) as created_on,
    min(_system) as _system,
    min(_file_id) as _file_id,
    min(_row) as _row
from alike
where group_id != repeats_group_id
group by customer_id, found_by
