"""Connections: SQL reaches what was named and nothing else."""

from contextlib import closing

import duckdb
import pytest

from rapport.warehouse.connections import hardened, path_literal, quoted


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_text('/etc/passwd')",
        "copy (select 1) to '{home}/elsewhere.csv'",
        "attach '{home}/elsewhere.duckdb' as elsewhere",
        "install httpfs",
        "set enable_external_access = true",
        "set memory_limit = '100GB'",
        "select * from a_variable",
    ],
)
def test_sql_cannot_leave_the_connection(settings, statement):
    a_variable = [1]  # noqa: F841  DuckDB would look it up in this frame
    with closing(hardened(settings, folders=[settings.lake])) as connection, pytest.raises(duckdb.Error):
        connection.execute(statement.format(home=settings.home))


def test_named_folders_are_readable_and_times_are_utc(settings):
    settings.lake.mkdir(parents=True)
    with closing(hardened(settings, folders=[settings.lake])) as connection:
        connection.execute(f"copy (select 7 as n) to '{settings.lake}/n.parquet'")
        assert connection.execute(f"from '{settings.lake}/n.parquet'").fetchone() == (7,)
        shown = connection.execute("select (timestamptz '2026-01-01 12:00:00+01')::varchar").fetchone()
    assert shown == ("2026-01-01 11:00:00+00",)


def test_a_path_with_pattern_characters_names_one_file_and_not_its_neighbours(tmp_path):
    odd, neighbour = tmp_path / "export[1]*?'.parquet", tmp_path / "export1xx'.parquet"
    with duckdb.connect() as connection:
        for path, number in ((odd, 1), (neighbour, 2)):
            connection.from_query(f"select {number} as n").write_parquet(str(path))
        rows = connection.execute(f"select n from read_parquet([{path_literal(odd)}])").fetchall()
    assert rows == [(1,)]


def test_an_identifier_cannot_end_early():
    assert quoted('a"; drop table b; --') == '"a""; drop table b; --"'
