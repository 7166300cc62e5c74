"""A scope sees its own accounts and nothing else."""

from decimal import Decimal

import pytest

from rapport.errors import UsageError
from rapport.metrics.periods import parse_period
from rapport.metrics.questions import open_figures

from .conftest import asked


@pytest.fixture
def scoped(shared_settings):
    """Open the snapshot in a scope, for a period's report."""
    return lambda scope, period: open_figures(shared_settings, scope=scope, period=parse_period(period))


def test_the_accounts_of_a_scope_are_those_of_the_end_of_the_period_also_for_comparisons(scoped):
    with scoped("account_manager=E2", "2026-02") as figures:
        (now,) = asked(figures, "gross_revenue", period="2026-02")
        (before,) = asked(figures, "gross_revenue", period="2026-02", comparison="previous_period")
    with scoped("account_manager=E1", "2026-01") as figures:
        (january,) = asked(figures, "gross_revenue", period="2026-01")

    assert now.value == Decimal("200.00")
    assert before.value == Decimal("350.50")  # Anker's January counts for E2, who has had Anker since 15 February
    assert january.value == Decimal("150.50")  # asked for January, Anker was E1's


def test_unlinked_revenue_is_in_no_scope(scoped):
    with scoped("region=North", "2026-03") as figures:
        assert asked(figures, "gross_revenue", period="2026-03")[0].value == Decimal("40.00")


def test_one_customer_is_a_scope(scoped):
    with scoped("customer=c:2", "2026-01") as figures:
        assert figures.query("select customer_id, nickname from marts.customer_accounts") == [
            {"customer_id": "c:2", "nickname": "Birke"}
        ]


@pytest.mark.parametrize("table", ["sales_lines", "sales_returns", "customer_accounts", "customer_attributes", "nps_accounts"])
def test_no_mart_of_a_scope_holds_another_account(scoped, table):
    with scoped("customer=c:2", "2026-01") as figures:
        assert {row["customer_id"] for row in figures.query(f"select distinct customer_id from marts.{table}")} == {"c:2"}


def test_the_snapshot_cannot_be_reached_from_a_scope(scoped, shared_settings):
    with scoped("customer=c:2", "2026-01") as figures:
        connection = figures._measuring.connection
        for sql in (
            "select * from snapshot.marts.sales_lines",
            f"attach '{shared_settings.published / '000001.duckdb'}' as again (read_only)",
            f"select * from read_blob('{shared_settings.published / '000001.duckdb'}')",
            "set enable_external_access = true",
        ):
            with pytest.raises(Exception, match=r"does not exist|disabled|locked"):
                connection.execute(sql)


def test_a_mart_that_names_no_account_is_not_there_unless_it_is_public(scoped):
    with scoped("customer=c:2", "2026-01") as figures:
        (plan,) = asked(figures, "plan", period="2026-01")
        assert (plan.value, plan.reason) == (
            None, "not told in this scope: plan_days does not say which account a row belongs to",
        )  # fmt: skip
        with pytest.raises(UsageError, match="no mart"):
            figures.query("select * from marts.plan_days")
        assert figures.query("select count(*) as days from marts.calendar_days")[0]["days"] == 730


@pytest.mark.parametrize(
    ("scope", "message"),
    [
        ("everything", "not a scope"),
        ("channel=web", "not a scope"),
        ("region=", "not a scope"),
        ("region=x' or 1=1", "No account"),
    ],
)
def test_a_scope_that_is_none_is_refused(scoped, scope, message):
    with pytest.raises(UsageError, match=message), scoped(scope, "2026-01"):
        pass


def test_queries_see_customers_as_they_were_at_the_end_of_the_period(scoped):
    query = "select tier from marts.customer_accounts where customer_id = 'c:1'"
    for period, tier in (("2026-01", "gold"), ("2026-02", "silver")):
        with scoped("all", period) as figures:
            asked(figures, "gross_revenue", period="2025-12", by=["tier"])  # does not change what queries see
            assert figures.query(query) == [{"tier": tier}]
