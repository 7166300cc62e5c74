"""Building: what dbt reads, what it reports, and what is left when it is killed."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from conftest import COMPANY
from made import readable_amounts
from night import build_newest, publish_newest
from sqlalchemy import select

from rapport.errors import RapportError, UsageError
from rapport.exports.declarations import read_declarations
from rapport.exports.lake import current_files
from rapport.exports.load import load
from rapport.exports.pull import pull
from rapport.gates.lake import open_lake
from rapport.settings import Settings
from rapport.state import open_state
from rapport.state.tables import builds, registrations
from rapport.warehouse.lock import is_held

HERE = Path(__file__).parent
DAYS = {
    "orders_2026-10-01.csv": "order_no,ordered_on,amount\nA,2026-10-01,10.50\nB,2026-10-01,not a number\nC,2026-10-01,2.25\n",
    "orders_2026-10-02.csv": "order_no,ordered_on,amount\nA,2026-10-01,11.00\n",
}


@pytest.fixture(scope="session")
def built_once(tmp_path_factory) -> Path:
    """A project of its own and a home in which the first two days are built and published; tests work on copies."""
    folder = tmp_path_factory.mktemp("tiny")
    shutil.copytree(HERE / "tiny", folder / "dbt_project")
    (folder / "company.yml").write_text(COMPANY + "as_of: 2026-10-03\n")
    drop(folder, DAYS)
    settings = Settings(project=folder)
    state = open_state(settings.state_url)
    build_newest(settings, state)
    publish_newest(settings, state)
    return folder


@pytest.fixture
def project(built_once, tmp_path) -> Path:
    return shutil.copytree(built_once, tmp_path / "project", symlinks=True)


@pytest.fixture
def settings(project) -> Settings:
    return Settings(project=project)


def drop(project: Path, files: dict[str, str]) -> None:
    folder = project / "var" / "drops" / "shop"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content)


def rows(settings, query: str) -> list[tuple]:
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as connection:
        return connection.execute(query).fetchall()


def all_builds(state) -> list:
    with state.read() as connection:
        return connection.execute(select(builds).order_by(builds.c.number)).all()


def night(project: Path, **environment: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, HERE / "night.py"],
        env=os.environ | {"RAPPORT_PROJECT": str(project)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_dbt_reads_each_record_with_the_time_and_sequence_of_its_files_newest_delivery(settings):
    assert rows(
        settings, "select order_no, amount, _row, _exported_at::date::varchar, _load from shop.orders order by all"
    ) == [
        # 30 September: a day that begins in Berlin, seen in UTC
        ("A", pytest.approx(10.5), 1, "2026-09-30", 1),
        ("A", pytest.approx(11), 1, "2026-10-01", 2),
        ("C", pytest.approx(2.25), 3, "2026-09-30", 1),
    ]


def test_an_export_without_files_is_an_empty_relation_with_its_declared_types(settings):
    assert rows(settings, "select count(*) from shop.returns") == [(0,)]
    types = rows(settings, "select column_name, column_type from (describe shop.returns)")
    assert ("amount", "DECIMAL(18,4)") in types
    assert [name for name, _ in types][-5:] == ["_file_id", "_row", "_exported_at", "_loaded_at", "_load"]


def test_rejects_and_files_are_there_to_be_counted(settings):
    assert rows(settings, "select table_name, row, line, reasons[1].column from rapport.rejects") == [
        ("orders", 2, 3, "amount")
    ]
    assert rows(settings, "select sequence, rows_in_file, rows_good, rows_rejected from rapport.lake_files order by 1") == [
        (1, 3, 2, 1),
        (2, 1, 1, 0),
    ]


def test_the_build_is_dated_by_its_as_of_in_the_companys_zone(settings):
    seen = rows(settings, "select number, as_of_on::varchar, from_sequence, to_sequence from rapport.this_build")
    assert seen == [(1, "2026-10-03", 0, 2)]


def test_a_nightly_build_counts_its_models_and_tests_and_runs_no_unit_tests(settings):
    (build,) = all_builds(open_state(settings.state_url))
    assert (build.status, build.counts) == ("finished", {"model": 2, "test": 2})


def test_a_build_takes_what_came_since_and_a_changed_meaning_builds_everything_anew(project, settings):
    state = open_state(settings.state_url)
    drop(project, {"orders_2026-10-03.csv": "order_no,ordered_on,amount\nD,2026-10-03,5\n"})
    shop_only = settings.company_file.read_text()
    settings.company_file.write_text(shop_only.replace("EUR", "CHF"))
    changed = Settings(project=project)

    result = build_newest(changed, state)

    assert result.full_refresh
    assert "currency" in result.why_full
    last = all_builds(state)[-1]
    assert (last.number, last.full_refresh, last.from_sequence, last.to_sequence) == (2, True, 0, 3)
    assert rows(settings, "select distinct currency from marts.sales_lines") == [("CHF",)]
    assert readable_amounts(settings) == ["11.0000", "2.2500"], "readers see the last snapshot until the next is published"


@pytest.mark.parametrize("its_hash", ["smaller", "larger"])
def test_a_file_that_is_mended_and_dropped_again_under_its_name_stands_for_gate_and_build(project, settings, its_hash):
    state = open_state(settings.state_url)
    mended = "order_no,ordered_on,amount\nE,2026-10-03,7\n"
    wrong = (f"order_no,ordered_on,amount\nE,2026-10-03,99.{cents:02}\n" for cents in range(100))
    drop(
        project, {"orders_2026-10-03.csv": next(text for text in wrong if (sha(text) < sha(mended)) == (its_hash == "smaller"))}
    )
    pull(settings, state)
    load(settings, state)
    drop(project, {"orders_2026-10-03.csv": mended})

    build_newest(settings, state)
    lake = open_lake(settings, read_declarations(settings), current_files(settings, state), {}, settings.as_of())

    assert rows(settings, "select amount::double from marts.sales_lines where order_no = 'E'") == [(7.0,)]
    assert lake.execute("select amount::double from shop.orders__latest").fetchall() == [(7.0,)]
    assert lake.execute("select file_id from lake.files where position = 1 and table_name = 'orders'").fetchall() == [
        (sha(mended),)
    ]


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_changed_declaration_types_the_files_anew_and_builds_everything_from_one_generation_of_them(settings):
    state = open_state(settings.state_url)
    declared = settings.dbt_project / "models/systems/shop/_shop__sources.yml"
    declared.write_text(declared.read_text().replace("decimal(18,4)", "decimal(18,2)"))

    result = build_newest(settings, state)

    assert result.full_refresh and "typed anew" in result.why_full
    assert rows(settings, "select name, rows_good from rapport.lake_files order by 1") == [
        ("orders_2026-10-01.csv", 2),
        ("orders_2026-10-02.csv", 1),
    ]
    assert rows(settings, "select typeof(amount), amount::double from shop.orders order by 2") == [
        ("DECIMAL(18,2)", 2.25),
        ("DECIMAL(18,2)", 10.5),
        ("DECIMAL(18,2)", 11.0),
    ]


def test_a_feed_that_is_taken_out_of_the_company_builds_everything_anew_and_its_rows_are_gone(project, settings):
    model = settings.dbt_project / "models" / "core" / "orders.sql"
    model.write_text(model.read_text().replace("qualify", "where {{ 'shop' in var('feeds').get('orders', []) }}\nqualify"))
    settings.company_file.write_text(settings.company_file.read_text().replace("feeds: {orders: [shop]}", "feeds: {}"))
    state = open_state(settings.state_url)

    result = build_newest(Settings(project=project), state)

    assert result.full_refresh
    assert "feeds" in result.why_full
    assert rows(settings, "select count(*) from core.orders") == [(0,)]
    last = all_builds(state)[-1]
    assert (last.full_refresh, last.from_sequence) == (True, 0)


SHRANK = """
table: marts.sales_lines
expectations:
  - expect: UnexpectedRowsExpectation
    name: sales_shrank
    against_previous: true
    severity: critical
    description: There are fewer sales than in the last snapshot.
    unexpected_rows_query: >-
      select count(*) from {batch} having count(*) < (select count(*) from previous.marts.sales_lines)
"""


def test_after_the_newest_snapshot_was_put_aside_the_next_build_is_checked_against_the_one_before(project, settings):
    from rapport.gates.marts import check_marts

    suites = project / "expectations" / "marts"
    suites.mkdir(parents=True)
    (suites / "sales_lines.yml").write_text(SHRANK)
    state = open_state(settings.state_url)
    drop(project, {"orders_2026-10-03.csv": "order_no,ordered_on,amount\nD,2026-10-03,5\n"})
    build_newest(settings, state)
    assert publish_newest(settings, state) == 2
    (settings.published / "000002.duckdb").rename(project / "aside.duckdb")

    number = build_newest(settings, state).number
    verdict = check_marts(settings, state, number)

    assert verdict.is_open
    assert [check.name for check in verdict.checks] == ["marts/sales_lines/sales_shrank"]
    assert publish_newest(settings, state) == 3
    assert readable_amounts(settings) == ["11.0000", "2.2500", "5.0000"]


def test_a_failing_model_is_named_with_dbts_message_and_its_compiled_file(settings):
    state = open_state(settings.state_url)
    model = settings.dbt_project / "models" / "core" / "orders.sql"
    model.write_text(model.read_text() + "and no_such_column = 1")

    with pytest.raises(RapportError) as raised:
        build_newest(settings, state)

    assert raised.value.what == "dbt model orders failed."
    assert "no_such_column" in raised.value.where
    assert str(settings.home / "dbt" / "target" / "compiled") in raised.value.where
    last = all_builds(state)[-1]
    assert (last.status, last.from_sequence, last.to_sequence) == ("failed", 0, 2)  # another model makes other rows: all anew
    with pytest.raises(RapportError, match="did not finish"):
        publish_newest(settings, state)
    assert readable_amounts(settings) == ["11.0000", "2.2500"]


def test_a_kill_in_the_middle_of_a_build_ends_dbt_too_and_the_next_night_repeats_it_whole(project, settings):
    drop(project, {"orders_2026-10-03.csv": "order_no,ordered_on,amount\nD,2026-10-03,5\n"})
    killed = night(project, RAPPORT_CRASH_AT="build.model.orders")
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 5  # the kernel kills the child, which held the lock too
    while is_held(settings.home / "warehouse.lock"):
        assert time.monotonic() < deadline, "dbt outlived its parent"
        time.sleep(0.02)
    assert readable_amounts(settings) == ["11.0000", "2.2500"]

    state = open_state(settings.state_url)
    build_newest(settings, state)
    publish_newest(settings, state)

    assert readable_amounts(settings) == ["11.0000", "2.2500", "5.0000"]
    ends = [(build.number, build.status, build.from_sequence, build.to_sequence) for build in all_builds(state)]
    assert ends == [(1, "finished", 0, 2), (2, "started", 2, 3), (3, "finished", 2, 3)]


def test_a_system_without_a_folder_in_the_project_is_refused_by_name(project, settings):
    settings.company_file.write_text(settings.company_file.read_text().replace("{shop:", "{till: {drops: d}, shop:"))

    from rapport.warehouse.dbt import dbt_vars

    with pytest.raises(UsageError, match="'till'"):
        dbt_vars(Settings(project=project))


def test_an_analysts_dbt_sees_new_files_in_a_warehouse_of_its_own_and_registers_nothing(project, settings):
    state = open_state(settings.state_url)
    drop(project, {"orders_2026-10-03.csv": "order_no,ordered_on,amount\nD,2026-10-03,5\n"})
    from rapport.exports.load import load
    from rapport.exports.pull import pull
    from rapport.warehouse.development import run_for_analyst
    from rapport.warehouse.lock import warehouse_lock

    pull(settings, state)
    load(settings, state)
    with warehouse_lock(settings):  # the night is at work
        code = run_for_analyst(settings, ["run", "--select", "orders", "--vars", "{currency: GBP}", "--quiet"])

    assert code == 0
    with duckdb.connect(str(settings.development_warehouse), read_only=True) as connection:
        assert connection.execute("select order_no from core.orders order by 1").fetchall() == [("A",), ("C",), ("D",)]
    assert rows(settings, "select count(*) from core.orders") == [(2,)]
    with state.read() as connection:
        assert len(connection.execute(select(registrations)).all()) == 2


def test_an_analysts_dbt_in_a_named_file_leaves_the_nightly_artefacts_alone(settings, monkeypatch):
    from rapport.warehouse.development import run_for_analyst

    nightly = settings.home / "dbt"
    before = {path: path.read_bytes() for path in nightly.rglob("*") if path.is_file()}
    monkeypatch.setenv("RAPPORT_WAREHOUSE", str(settings.home / "mine" / "warehouse.duckdb"))

    assert run_for_analyst(settings, ["run", "--select", "orders", "--vars", "{currency: GBP}", "--quiet"]) == 0

    assert {path: path.read_bytes() for path in nightly.rglob("*") if path.is_file()} == before
    assert (settings.home / "mine" / "dbt" / "target" / "manifest.json").is_file()


@pytest.mark.parametrize("name", ["x.duckdb", "warehouse.db", "mine/x.duckdb"])
def test_an_analyst_cannot_build_beside_the_nightly_warehouse_or_under_another_name(settings, monkeypatch, name):
    from rapport.warehouse.development import run_for_analyst

    monkeypatch.setenv("RAPPORT_WAREHOUSE", str(settings.home / name))
    with pytest.raises(UsageError, match="a folder of its own") as raised:
        run_for_analyst(settings, ["run"])
    assert "mine/warehouse.duckdb" in raised.value.fix


def test_an_analyst_cannot_build_into_the_nightly_warehouse(settings, monkeypatch):
    from rapport.warehouse.development import run_for_analyst

    monkeypatch.setenv("RAPPORT_WAREHOUSE", str(settings.warehouse_file))
    with pytest.raises(UsageError, match="built by `rapport build` only"):
        run_for_analyst(settings, ["run"])
