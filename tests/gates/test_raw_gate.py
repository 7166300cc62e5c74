"""The raw gate on the real exports of Olist: open for what they are, closed for what they must not be, asked once."""

from datetime import UTC, datetime, timedelta
from shutil import copytree

import pytest
import yaml
from planted import PROJECT

from rapport.errors import GateClosed, UsageError
from rapport.exports.lake import current_files
from rapport.exports.load import load
from rapport.exports.pull import pull
from rapport.gates import raw
from rapport.gates.raw import check_raw
from rapport.gates.verdicts import require_open
from rapport.settings import Settings
from rapport.state.database import open_state

OLIST = PROJECT / "examples/olist/company.yml"


class Company:
    """A home of its own with Olist's exports in it."""

    def __init__(self, home, drop, **settings) -> None:
        self.settings = Settings(project=PROJECT, company_file=OLIST, home=home, drops={"olist": str(drop)}, **settings)
        self.state = open_state(self.settings.state_url)

    def check(self, **options):
        pull(self.settings, self.state)
        load(self.settings, self.state)
        return check_raw(self.settings, self.state, current_files(self.settings, self.state), **options)


@pytest.fixture(scope="module")
def olist(tmp_path_factory, olist_drop):
    return Company(tmp_path_factory.mktemp("home"), olist_drop)


@pytest.fixture(scope="module")
def verdict(olist):
    return olist.check()


def test_the_gate_opens_for_the_real_exports(verdict):
    assert verdict.is_open
    assert [check.name for check in verdict.checks if not check.passed] == []
    assert require_open(verdict) is verdict


def test_suites_of_systems_that_the_company_does_not_have_are_skipped_and_named(verdict):
    assert "raw/shop__orders: company.yml has no system shop" in verdict.skipped
    assert not any(check.name.startswith("raw/shop__") for check in verdict.checks)


def test_the_numbers_are_those_of_the_files(verdict):
    observed = {check.name: check.observed for check in verdict.checks}

    assert observed["raw/olist__orders/ExpectTableRowCountToBeBetween"] == "8135"
    assert observed["raw/olist__order_reviews/ExpectColumnMeanToBeBetween:review_score"].startswith("3.2716")
    assert observed["raw/olist__products/ExpectColumnValuesToNotBeNull:product_category_name"] == "111 of 5460 rows"


def test_the_same_lake_is_not_asked_twice(olist, verdict, monkeypatch):
    monkeypatch.setattr("rapport.gates.evaluation.evaluate", None)  # calling it would fail
    again = olist.check()

    assert (again.id, again.reused, again.checks) == (verdict.id, True, verdict.checks)


def test_another_day_asks_again_for_what_is_fresh_today_may_be_late_tomorrow(olist, verdict):
    tomorrow = olist.check(as_of=olist.settings.as_of() + timedelta(days=1))

    assert tomorrow.id != verdict.id
    assert not tomorrow.reused


def test_an_export_that_lost_its_customers_closes_the_gate_and_the_message_says_what_where_and_what_to_do(tmp_path, olist_drop):
    drop = copytree(olist_drop, tmp_path / "drop")
    customers = drop / "olist_customers_dataset.csv"
    customers.chmod(0o600)
    customers.write_text("".join(customers.read_text(encoding="utf-8").splitlines(keepends=True)[:100]), encoding="utf-8")
    verdict = Company(tmp_path / "home", drop).check()

    assert [check.name for check in verdict.failed] == ["raw/olist__orders/customers_known"]
    with pytest.raises(GateClosed) as closed:
        require_open(verdict)
    assert closed.value.exit_code == 3
    for said in (
        "raw/olist__orders/customers_known",
        "lake.olist.orders",
        "observed 1 rows",
        "expected 0 rows",
        "orders 8135, unknown 8036",
    ):
        assert said in closed.value.what
    assert closed.value.where == "expectations/raw/olist__orders.yml"
    assert "rapport rejects" in closed.value.fix


def test_a_late_export_warns_and_a_silent_one_closes_by_the_freshness_declared_beside_it(olist, tmp_path):
    project = tmp_path / "project"
    copytree(PROJECT / "dbt_project/models/systems/olist", project / "dbt_project/models/systems/olist")
    copytree(PROJECT / "expectations", project / "expectations")
    sources = project / "dbt_project/models/systems/olist/_olist__sources.yml"
    declared = yaml.safe_load(sources.read_text(encoding="utf-8"))
    day = {"count": 1, "period": "day"}
    declared["sources"][0]["config"] = {"freshness": {"warn_after": day, "error_after": {**day, "count": 5}}}
    sources.write_text(yaml.safe_dump(declared), encoding="utf-8")
    aging = Company(olist.settings.home, olist.settings.drops["olist"])
    aging.settings = aging.settings.model_copy(update={"project": project})
    arrived = max(delivery.exported_at for file in current_files(aging.settings, aging.state) for delivery in file.deliveries)

    late, silent = (aging.check(as_of=arrived.astimezone(UTC) + timedelta(days=days)) for days in (2, 6))

    assert [check.name for check in late.warnings] == ["raw/exports/late"]
    assert late.is_open
    assert [check.name for check in silent.failed] == ["raw/exports/silent"]
    assert not silent.is_open


def test_a_gate_that_has_no_suite_for_the_company_does_not_open(olist, tmp_path):
    (tmp_path / "dbt_project").mkdir()
    (tmp_path / "expectations/raw").mkdir(parents=True)
    suite = (PROJECT / "expectations/raw/files.yml").read_text(encoding="utf-8")
    (tmp_path / "expectations/raw/files.yml").write_text(suite, encoding="utf-8")
    suites = raw.read_suites(tmp_path / "expectations", "raw")

    with pytest.raises(UsageError, match="No raw suite"):
        raw._fitting(suites, olist.settings, {})


def test_deliveries_and_their_newest_are_told_apart(tmp_path):
    from rapport.exports.declarations import read_declarations
    from rapport.exports.lake import LakeDelivery, LakeFile
    from rapport.gates.freshness import Freshness
    from rapport.gates.lake import open_lake

    settings = Settings(project=PROJECT, company_file=OLIST, home=tmp_path)
    exports = read_declarations(settings)
    paths = []
    import duckdb

    for number, name in enumerate(("old", "new"), start=1):
        paths.append(tmp_path / f"{name}.parquet")
        columns = ", ".join(f"null::{column.data_type} as {column.name}" for column in exports["olist", "sellers"].columns)
        duckdb.execute(f"copy (select {columns}, '{name}' as _file_id, range as _row from range({number})) to '{paths[-1]}'")
    days = [datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 3)]
    files = [
        # the old content came again on the last day, so it is the newest
        LakeFile(
            "olist", "sellers", "old", "d", paths[0], None,
            (LakeDelivery(1, "a.csv", days[0]), LakeDelivery(3, "c.csv", days[2])), 1, 1, 0, 0, days[0],
        ),
        LakeFile("olist", "sellers", "new", "d", paths[1], None, (LakeDelivery(2, "b.csv", days[1]),), 2, 2, 0, 0, days[1]),
    ]  # fmt: skip
    settings = settings.model_copy(update={"lake": tmp_path})
    freshness = {("olist", "sellers"): Freshness(warn_after_hours=24)}
    with open_lake(settings, exports, files, freshness, days[2] + timedelta(hours=30)) as lake:
        assert lake.execute("select count(*) from olist.sellers").fetchall() == [(3,)]
        assert lake.execute("select distinct _file_id from olist.sellers__latest").fetchall() == [("old",)]
        assert lake.execute("select count(*) from olist.sellers__rejects").fetchall() == [(0,)]
        assert lake.execute("select name, position from lake.files order by position").fetchall() == [
            ("c.csv", 1),
            ("b.csv", 2),
            ("a.csv", 3),
        ]
        row = lake.execute(
            "select deliveries, age_hours, warn_after_hours from lake.exports where table_name = 'sellers'"
        ).fetchone()
        assert row == (3, 30, 24)
        assert lake.execute("select deliveries from lake.exports where table_name = 'orders'").fetchall() == [(0,)]


def test_a_file_that_nobody_feeds_core_from_is_not_waited_for(tmp_path):
    """The system `canonical` takes any core table; a company names those that it has."""
    from rapport.exports.declarations import read_declarations
    from rapport.gates.lake import open_lake

    (tmp_path / "company.yml").write_text(
        "{name: {en: X}, currency: EUR, timezone: Europe/Berlin, history_starts_on: 2026-01-01,"
        " systems: {canonical: {drops: drops}}, feeds: {orders: [canonical]},"
        ' mail: {sender: "x@x.example", server: mailbox}}',
        encoding="utf-8",
    )
    settings = Settings(home=tmp_path, company_file=tmp_path / "company.yml")

    with open_lake(settings, read_declarations(settings), [], {}, datetime(2026, 11, 1, tzinfo=UTC)) as lake:
        waited_for = lake.execute("select system, table_name from lake.exports").fetchall()

    assert waited_for == [("canonical", "orders")]
