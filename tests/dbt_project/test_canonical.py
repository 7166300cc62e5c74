"""Files that already are core tables, from the drop to core: examples/canonical, as anyone would use it."""

import os
import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml
from tests.conftest import PROJECT

from rapport.exports.declarations import read_declarations
from rapport.exports.export import Export
from rapport.exports.lake import current_files
from rapport.exports.load import load
from rapport.exports.pull import pull
from rapport.settings import Settings
from rapport.state import open_state
from rapport.warehouse.dbt import nightly, run_dbt
from rapport.warehouse.inputs import ThisBuild, write_inputs
from rapport.warehouse.lock import warehouse_lock
from rapport.warehouse.registration import register

FILES = {
    "customers_2026-10-31.csv": """\
customer_id,customer_name,is_intercompany,created_on,estimated_annual_spend,strategic_fit,colour
erp:1,"Hansen, Söhne",false,2024-02-29,125000.5,4,red
erp:2,北港,,,,,
""",
    "customers_2026-09-30.csv": "customer_id,customer_name\nerp:1,Older Name\nerp:3,Only Here\n",
    "orders.csv": """\
order_id,customer_id,ordered_at,ordered_on,channel,currency,promised_on
erp:100,erp:1,2026-10-31T23:30:00+01:00,2026-10-31,web,EUR,2026-11-05
erp:101,erp:2,2026-10-25 02:30:00+02:00,2026-10-25,,,
""",
    "order_lines.csv": """\
order_line_id,order_id,quantity,net_amount,cost_amount
erp:100-1,erp:100,2,19.98,12.3456
erp:100-2,erp:100,0.5,-1,
erp:100-3,erp:100,1,1.00001,
""",
    "survey_responses-phone.csv": """\
response_id,kind,customer_id,score,scale_min,scale_max,comment,responded_at
s:1,nps,erp:1,10,0,10,"two
lines",2026-10-31T12:00:00Z
""",
    "fx_rates.csv": "from_currency,to_currency,rate_on,rate\nUSD,EUR,2026-10-30,0.86512345\n",
}
WANTED = ["customers", "orders", "order_lines", "survey_responses", "fx_rates"]
SAMPLE = {"varchar": "x", "date": "2026-10-31", "timestamptz": "2026-10-31T08:00:00Z", "boolean": "true"}


class Company:
    """A home of the example company in a project of core and canonical alone; `build` brings what was dropped to core."""

    def __init__(self, folder: Path) -> None:
        for part in ("macros", "models/core", "models/systems/canonical"):
            shutil.copytree(PROJECT / "dbt_project" / part, folder / "dbt_project" / part)
        for name in ("dbt_project.yml", "profiles.yml"):
            shutil.copy(PROJECT / "dbt_project" / name, folder / "dbt_project")
        company = PROJECT / "examples/canonical/company.yml"
        self.settings = Settings(project=folder, home=folder / "home", company_file=company)
        self.drops = folder / "home/drops/canonical"
        self.drops.mkdir(parents=True)
        self.settings.scratch.mkdir()

    def load(self):
        state = open_state(self.settings.state_url)
        pull(self.settings, state)
        return load(self.settings, state)

    def build(self, *arguments: str) -> None:
        settings, state = self.settings, open_state(self.settings.state_url)
        with warehouse_lock(settings) as lock:
            files = current_files(settings, state)
            registered = register(state, files)
            this_build = ThisBuild(1, datetime(2026, 11, 20, tzinfo=UTC), 0, 0, max(row.sequence for row in registered))
            write_inputs(settings, settings.warehouse_file, this_build, read_declarations(settings), files, registered)
            run_dbt(settings, ["run", "--full-refresh", *arguments], places=nightly(settings), lock=lock)

    def core(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.settings.warehouse_file), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            return connection.execute(sql).fetchall()

    def exports(self) -> dict[str, Export]:
        return {table: export for (_, table), export in read_declarations(self.settings).items()}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """Files written by hand, and of every other table one of its required columns alone."""
    company = Company(tmp_path_factory.mktemp("any"))
    for name, text in FILES.items():
        (company.drops / name).write_text(text, encoding="utf-8")
    for table, export in company.exports().items():
        if table not in WANTED:
            columns = [column for column in export.columns if column.must_have_value]
            names, values = [column.name for column in columns], [SAMPLE.get(column.data_type, "1") for column in columns]
            (company.drops / f"{table}.csv").write_text(f"{','.join(names)}\n{','.join(values)}\n")
    october = datetime(2026, 11, 1, tzinfo=UTC).timestamp()
    for file in company.drops.iterdir():
        os.utime(file, (october, october))
    return company, company.load()


@pytest.fixture(scope="module")
def company(loaded) -> Company:
    company, _ = loaded
    company.build()
    return company


@pytest.fixture(scope="module")
def first_core(company) -> dict[str, list[tuple]]:
    """What core held before anything else was dropped."""
    return {table: held(company, table) for table in WANTED}


def held(company, table: str) -> list[tuple]:
    """A core table's own columns, without where its rows come from."""
    return sorted(
        company.core(f"select * exclude (_file_id, _row, _exported_at, _loaded_at, _load) from core.{table}"), key=repr
    )


def test_every_core_table_is_fed_by_the_example():
    feeds = yaml.safe_load((PROJECT / "examples/canonical/company.yml").read_text(encoding="utf-8"))["feeds"]

    assert set(feeds) == {file.stem for file in (PROJECT / "dbt_project/models/core").glob("*.sql")}
    assert set(map(tuple, feeds.values())) == {("canonical",)}


def test_every_record_is_a_row_or_a_reject_and_unknown_columns_are_named(loaded):
    _, result = loaded

    assert (result.rows_good, result.rows_rejected, result.refused) == (10 + 45 - len(WANTED), 1, [])
    assert [notice for notice in result.notices if "colour" in notice] == [
        "canonical.customers: customers_2026-10-31.csv: ignored, not declared: 'colour'"
    ]


def test_core_holds_what_the_files_hold_and_missing_columns_are_null(company):
    assert company.core("select customer_id, customer_name, is_intercompany, created_on, estimated_annual_spend, strategic_fit,"
                        " country from core.customers order by 1") == [
        ("erp:1", "Hansen, Söhne", False, date(2024, 2, 29), Decimal("125000.5000"), 4, None),
        ("erp:2", "北港", None, None, None, None, None),
        ("erp:3", "Only Here", None, None, None, None, None),
    ]  # fmt: skip
    assert company.core(
        "select order_id, ordered_at, ordered_on, channel, promised_on, employee_id from core.orders order by 1"
    ) == [
        ("erp:100", datetime(2026, 10, 31, 22, 30, tzinfo=UTC), date(2026, 10, 31), "web", date(2026, 11, 5), None),
        ("erp:101", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25), None, None, None),
    ]
    assert company.core("select order_line_id, quantity, net_amount, cost_amount, _row from core.order_lines order by 1") == [
        ("erp:100-1", Decimal(2), Decimal("19.98"), Decimal("12.3456"), 1),
        ("erp:100-2", Decimal("0.5"), Decimal(-1), None, 2),
    ]
    assert company.core("select score, scale_max, comment, touchpoint, _system from core.survey_responses") == [
        (10, 10, "two\nlines", None, "canonical")
    ]
    assert company.core("select rate from core.fx_rates") == [(Decimal("0.86512345"),)]


def test_every_core_table_takes_a_file_of_its_required_columns_alone(company):
    for table, export in company.exports().items():
        if table not in WANTED:
            (row,) = company.core(f"select {', '.join(column.name for column in export.columns)} from core.{table}")
            assert [value is not None for value in row] == [column.must_have_value for column in export.columns], table


def test_the_same_rows_as_parquet_give_the_same_core(company, first_core):
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'America/New_York'")
        for name in FILES:
            table = name.split(".")[0].split("-")[0].split("_2026")[0]
            day = "2026-12-30" if "2026-09" in name else "2026-12-31"  # later than all that is there
            target = company.drops / f"{table}_{day}.parquet"
            connection.execute(f"copy (from read_csv('{company.drops / name}', header = true)) to '{target}' (format parquet)")
    result = company.load()
    company.build("--select", *(f"+{table}" for table in WANTED))

    assert (result.files, result.rows_good, result.rows_rejected, result.refused) == (6, 10, 1, [])
    for table in WANTED:
        assert held(company, table) == first_core[table], table
        assert company.core(
            f"select distinct extract(year from _exported_at), extract(month from _exported_at) from core.{table}"
        ) == [(2026, 12)]
