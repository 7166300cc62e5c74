"""Tracing a printed number, from the edition's own files."""

from decimal import Decimal

import pytest

from rapport.editions.compose import compose
from rapport.editions.trace import trace
from rapport.errors import UsageError
from rapport.state.database import now
from rapport.state.tables import deliveries, files

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


def test_a_cell_of_a_listing_leads_to_the_query_that_selected_it(settings):
    found = trace(settings, EDITION, "accounts_at_risk.revenue_12m@2026-10#customer_id=crm%3AA-1")

    assert found.figure["value"] == "1510000.00"
    assert "marts.customer_health" in found.sql and "'2026-11-01'" in found.sql


def test_an_unknown_figure_or_edition_is_refused(settings):
    with pytest.raises(UsageError, match="no figure"):
        trace(settings, EDITION, "net_revenu")
    with pytest.raises(UsageError, match="rapport editions"):
        trace(settings, "management_month.2026-09.all.r1", "net_revenue")
