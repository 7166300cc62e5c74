"""A suite that is not written as it must be is refused, with its file and entry; it is never half asked."""

import pytest
from planted import PROJECT

from rapport.errors import UsageError
from rapport.gates.evaluation import evaluate
from rapport.gates.suites import read_suites, suites_hash

QUERY = "{{expect: UnexpectedRowsExpectation, {}, severity: warning, description: A.}}"
VOLUME = "{expect: ExpectTableRowCountToBeBetween, min_value: 1, severity: critical, description: Not empty.}"


@pytest.fixture
def write(tmp_path):
    def suite(*entries: str, table: str = "lake.shop.orders", gate: str = "raw", name: str = "shop__orders"):
        folder = tmp_path / gate
        folder.mkdir(exist_ok=True)
        lines = "\n".join(f"  - {entry}" for entry in entries)
        (folder / f"{name}.yml").write_text(f"table: {table}\nexpectations:\n{lines}\n", encoding="utf-8")
        return tmp_path

    return suite


@pytest.fixture(scope="module")
def orders():
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("create schema shop; create table shop.orders as select 1 as price")
        yield connection


def test_a_gate_without_suites_is_refused(tmp_path):
    with pytest.raises(UsageError, match="has no suites"):
        read_suites(tmp_path, "raw")


def test_an_empty_suite_is_refused(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "shop__orders.yml").write_text("", encoding="utf-8")

    with pytest.raises(UsageError, match=r"shop__orders\.yml"):
        read_suites(tmp_path, "raw")


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        (
            "{expect: ExpectTableRowCountToBeBetween, severity: critical}",
            "entry 2 .ExpectTableRowCountToBeBetween.*description",
        ),
        ("{expect: ExpectColumnToExist, column: a, severity: fatal, description: A.}", "entry 2 .*severity"),
        (
            QUERY.format("unexpected_rows_query: 'select 1 from {batch}'"),
            "needs a `name`",
        ),
        (
            QUERY.format("name: q, unexpected_rows_query: select 1"),
            "must read {batch}",
        ),
        (VOLUME, "need a `name` of their own: ExpectTableRowCountToBeBetween"),
    ],
)
def test_a_wrong_entry_is_named_with_its_file(write, entry, complaint):
    with pytest.raises(UsageError, match=complaint) as refused:
        read_suites(write(VOLUME, entry), "raw")

    assert "shop__orders.yml" in refused.value.where


def test_a_misspelt_expectation_is_refused_and_the_right_one_proposed(write, orders):
    suites = read_suites(
        write("{expect: ExpectColumnValuesToBeUniqe, column: price, severity: critical, description: A.}"), "raw"
    )

    with pytest.raises(UsageError, match="no expectation ExpectColumnValuesToBeUniqe") as refused:
        evaluate(orders, suites)
    assert "ExpectColumnValuesToBeUnique" in refused.value.fix


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        (
            "{expect: ExpectColumnValuesToBeBetween, column: price, minimum: 1, severity: warning, description: A.}",
            "wrong arguments",
        ),
        (
            "{expect: ExpectColumnValuesToBeBetween, column: prize, min_value: 1, severity: warning, description: A.}",
            "could not be asked",
        ),
        (
            QUERY.format("name: q, unexpected_rows_query: 'select nothing from {batch}'"),
            "could not be asked",
        ),
    ],
)
def test_a_check_that_cannot_be_asked_neither_passes_nor_warns(write, orders, entry, complaint):
    with pytest.raises(UsageError, match=complaint) as refused:
        evaluate(orders, read_suites(write(VOLUME, entry), "raw"))

    assert "shop__orders.yml" in refused.value.where


def test_a_suite_about_a_table_that_is_not_there_is_refused(write, orders):
    with pytest.raises(UsageError, match="table that is not there"):
        evaluate(orders, read_suites(write(VOLUME, table="lake.shop.returns"), "raw"))


@pytest.mark.parametrize("gate", ["raw", "marts"])
def test_every_check_that_can_reach_a_report_says_what_it_asks_in_every_language(gate):
    languages = {file.stem for file in (PROJECT / "reports/locales").glob("*.yml")}
    silent = {
        suite.check_name(entry): missing
        for suite in read_suites(PROJECT / "expectations", gate)
        for entry in suite.expectations
        if entry.severity == "warning"
        and (missing := {language for language in languages if not entry.descriptions.get(language, "").strip()})
    }

    assert languages
    assert silent == {}


def test_names_are_stable_and_the_hash_follows_what_is_asked(write):
    first = read_suites(write(VOLUME), "raw")
    moved = read_suites(write(VOLUME), "raw")
    stricter = read_suites(write(VOLUME.replace("min_value: 1", "min_value: 2")), "raw")

    assert [first[0].check_name(entry) for entry in first[0].expectations] == [
        "raw/shop__orders/ExpectTableRowCountToBeBetween"
    ]
    assert suites_hash(first) == suites_hash(moved) != suites_hash(stricter)
    assert suites_hash(first, "2026-11-01") != suites_hash(first, "2026-11-02")
