"""What columns carry: read from SQL, checked by hand."""

import pytest

from rapport.metrics.carried import carried

TABLES = {"marts.people": ["id", "name", "email", "visits"], "marts.phones": ["id", "phone"]}
NAME, EMAIL, PHONE = ("marts.people", "name"), ("marts.people", "email"), ("marts.phones", "phone")
ALL = {("marts.people", column) for column in TABLES["marts.people"]}


@pytest.mark.parametrize(
    ("selected", "carries"),
    [
        ("name", {NAME}),
        ("lower(trim(email))", {EMAIL}),
        ("name || ' <' || email || '>'", {NAME, EMAIL}),
        ("coalesce(name, email)", {NAME, EMAIL}),
        ("max(email) over (partition by name)", {EMAIL}),
        ("min_by(name, email)", {NAME}),
        ("list(name order by email)", {NAME}),
        ("string_agg(name, ', ') filter (where email is not null)", {NAME}),
        ("case when email like '%@b' then name else 'nobody' end", {NAME}),
        ("{'address': email}", {EMAIL}),
        ("quantile_cont(0.5) within group (order by visits)", {("marts.people", "visits")}),
        ("people", ALL),
        ("to_json(people)", ALL),
        ("columns(*)", ALL),
        ("(select max(phone) from marts.phones as phones where phones.id = people.id)", {PHONE}),
    ],
)
def test_a_value_that_is_handed_on_is_carried(selected, carries):
    (found,) = carried(f"select {selected} as it from marts.people as people", TABLES).values()

    assert found == carries


@pytest.mark.parametrize(
    "selected", ["count(distinct email)", "email is not null", "length(name)", "md5(email)", "case name when 'a' then 1 end"]
)
def test_what_only_says_something_about_a_value_does_not_carry_it(selected):
    assert carried(f"select {selected} as it from marts.people", TABLES) == {"it": set()}


def test_values_are_followed_through_named_queries_joins_and_stars():
    sql = """
        with
            known as (select * from marts.people where email is not null),
            called as (select known.name as label, known.id from known)
        select called.label, phones.phone from called left join marts.phones as phones using (id)
    """
    assert carried(sql, TABLES) == {"label": {NAME}, "phone": {PHONE}}


def test_a_union_carries_what_either_side_does():
    assert carried("select name as it from marts.people union all select phone from marts.phones", TABLES) == {
        "it": {NAME, PHONE}
    }
    by_name = "select id as a, name as b from marts.people union all by name select phone as b from marts.phones"
    assert carried(by_name, TABLES)["b"] == {NAME, PHONE}


def test_an_unnested_list_carries_what_it_was_made_of():
    assert carried("select one.it from marts.people, unnest([name, email]) as one(it)", TABLES) == {"it": {NAME, EMAIL}}


def test_what_a_pivot_makes_of_a_table_may_hold_all_of_it():
    sql = "select name from (select * from marts.people) pivot (max(email) for id in (1, 2))"
    assert carried(sql, TABLES) == {"name": ALL}


def test_a_recursive_query_ends():
    sql = """
        with recursive up as (select id, name from marts.people union all select up.id, up.name from up where up.id > 1)
        select name from up
    """
    assert carried(sql, TABLES) == {"name": {NAME}}
