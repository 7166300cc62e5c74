"""Tracing a printed number, from the edition's own files."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from rapport.editions.compose import compose
from rapport.editions.trace import trace
from rapport.errors import UsageError
from rapport.state.database import now
from rapport.state.tables import deliveries, files
from tests.editions.conftest import settings_at, state_of

pytestmark = pytest.mark.usefixtures("answers", "no_pdf", "edition")
EDITION = "management_month.2026-10.all.r1"


@pytest.fixture
def edition(settings, state):
    with state.write("test") as connection:
        connection.execute(files.insert(), {"file_id": "f" * 64, "suffix": ".csv", "bytes": 1, "first_seen_at": now()})
        delivered = {
            "system": "shop",
            "table_name": "order_lines",
            "name": "lines_2026-10.csv",
            "exported_at": now(),
            "file_id": "f" * 64,
            "place": "drops/shop",
            "bytes": 1,
            "seen_at": now(),
        }
        connection.execute(deliveries.insert(), delivered)
    return compose(settings, state, "management_month", "2026-10")


def test_a_sum_leads_to_definition_sql_models_checks_and_records(settings):
    found = trace(settings, EDITION, "net_revenue@2026-10")

    assert found.meaning["definition"] == {"en": "Net revenue, as the metric defines it."}
    assert found.sql == "SELECT\n  1 AS net_revenue"
    assert found.models == ["model sales_lines", "model order_lines"]
    assert [check["name"] for check in found.checks] == ["marts/sales_lines/linked:customer_id", "marts/sales_lines/rows"]
    (file,) = found.files
    assert file.names == ["shop.order_lines lines_2026-10.csv"]
    assert file.rows == [(1, Decimal(12_000_000)), (2, Decimal(840_000))]
    assert found.total == Decimal(found.figure["value"])


def test_a_metric_name_is_short_for_the_editions_own_period(settings):
    assert trace(settings, EDITION, "net_revenue").figure["id"] == "net_revenue@2026-10"


def test_a_change_leads_to_what_it_compares(settings):
    found = trace(settings, EDITION, "net_revenue@2026-10~on_plan")

    assert [part["id"] for part in found.parts] == ["net_revenue@2026-10", "net_revenue@2026-10~plan"]


def test_each_part_says_how_many_records_of_how_many_files_it_adds_up(settings):
    actual, plan = trace(settings, EDITION, "net_revenue@2026-10~on_plan").parts

    assert (actual["value"], actual["records"], actual["files"]) == ("12840000", 2, 1)
    assert (plan["value"], plan["records"], plan["files"]) == ("12466000", 0, 0)


@pytest.mark.parametrize(
    ("table", "is_listed"),
    [
        ("marts.sales_lines", True),
        ("marts.customer_health", False),
        ("shop.order_lines", True),  # from file to core
        ("lake.shop.order_lines", True),
        ("lake.shop.order_lines (latest)", True),
        ("lake.shop.orders", False),
        ("lake.files", True),
        ("lake.exports", True),
    ],
)
def test_the_checks_are_those_of_its_marts_and_exports_and_of_all_exports(settings, edition, table, is_listed):
    rewrite(edition.folder / "manifest.json", lambda manifest: manifest["checks"][0].update(table_name=table, name="asked"))
    rewrite(
        edition.folder / "proof.json",
        lambda proof: proof["metrics"]["net_revenue"].update(models=["model sales_lines", "source shop.order_lines"]),
    )

    names = [check["name"] for check in trace(settings, EDITION, "net_revenue@2026-10").checks]

    assert ("asked" in names) == is_listed


def test_an_edition_is_traced_wherever_its_home_lies(tmp_path, monkeypatch):
    elsewhere = tmp_path / "a home [of *ours*]"
    elsewhere.mkdir()
    here = settings_at(elsewhere, monkeypatch)
    compose(here, state_of(here), "management_month", "2026-10")

    assert trace(here, EDITION, "net_revenue@2026-10").total == 12_840_000


def rewrite(file: Path, change: Callable[[dict], None]) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    change(content)
    file.write_text(json.dumps(content), encoding="utf-8")


def test_a_cell_of_a_listing_leads_to_the_query_that_selected_it(settings):
    found = trace(settings, EDITION, "accounts_at_risk.revenue_12m@2026-10#customer_id=crm%3AA-1")

    assert found.figure["value"] == "1510000.00"
    assert "marts.account_months" in found.sql and "'2026-11-01'" in found.sql


def test_the_command_line_writes_parts_and_records_at_the_scale_of_the_page(capsys):
    from rapport.cli.editions import trace as command

    command(EDITION, "net_revenue@2026-10~on_plan", rows=1)
    command(EDITION, "net_revenue@2026-10", rows=1)

    printed = capsys.readouterr().out
    assert "Made of     net_revenue@2026-10 = 12840000 EUR, from 2 records in 1 files\n" in printed
    assert "Made of     net_revenue@2026-10~plan = 12466000 EUR\n" in printed
    assert "    2 records, 12840000.00; record 1: 12000000.00; …\n" in printed
    assert "2 records in 1 files add up to 12840000.00\n" in printed


def test_an_unknown_figure_or_edition_is_refused(settings):
    with pytest.raises(UsageError, match="no figure"):
        trace(settings, EDITION, "net_revenu")
    with pytest.raises(UsageError, match="rapport editions"):
        trace(settings, "management_month.2026-09.all.r1", "net_revenue")
