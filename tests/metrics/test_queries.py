"""A report's query selects, filters and sorts marts; everything else is refused."""

import pytest

from rapport.errors import UsageError


def test_a_query_gives_rows_by_column(figures):
    rows = figures.query(
        "select customer_id, sum(amount) as amount from marts.sales_lines where customer_id is not null"
        " group by all order by amount desc limit 1"
    )

    assert rows == [{"customer_id": "c:1", "amount": pytest.approx(650.5)}]


def test_a_query_may_have_named_steps(figures):
    assert figures.query(
        "with web as (select * from marts.sales_lines where channel = 'web') select count(*) as n from web"
    ) == [{"n": 5}]


@pytest.mark.parametrize(
    "sql",
    [
        "drop view marts.sales_lines",
        "select 1; select 2",
        "select * from sales_lines",
        "select * from snapshot.marts.sales_lines",
        "select * from rapport.this_build",
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from glob('*')",
        "select * from duckdb_settings()",
        "select * from query('select 1')",
        "select getenv('HOME')",
        "select getvariable('attributes_on')",
        "select * from marts.sales_lines where amount > (select max(amount) from snapshot.marts.sales_lines)",
        "with marts as (select 1) select * from information_schema.tables",
        "insert into marts.sales_lines values (1)",
        "copy marts.sales_lines to 'x.csv'",
        "select * from marts.nothing",
        "select * from marts.sales_lines where customer_id = ?",
        "pragma database_list",
        "selec",
    ],
)
def test_everything_but_one_select_from_marts_is_refused(figures, sql):
    with pytest.raises(UsageError, match="refused"):
        figures.query(sql)
