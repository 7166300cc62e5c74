"""A company with one published snapshot, seen through the fake questions."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from rapport.editions.compose import compose
from rapport.editions.store import Edition
from rapport.settings import Settings
from rapport.state import State, open_state
from rapport.state.database import now
from rapport.state.tables import builds, checks, snapshots, verdicts
from tests.editions.fakes import OCTOBER, FakeFigures, a_year_of

COMPANY = """
name: {en: Nordhaven Supply}
currency: EUR
timezone: Europe/Berlin
history_starts_on: 2023-10-01
systems: {shop: {drops: drops/shop}}
feeds: {customers: [shop], orders: [shop], order_lines: [shop]}
mail: {sender: "Reports <reports@nordhaven.example>", server: mailbox}
"""


def settings_at(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    (home / "company.yml").write_text(COMPANY, encoding="utf-8")
    monkeypatch.setenv("RAPPORT_COMPANY", str(home / "company.yml"))
    monkeypatch.setenv("RAPPORT_HOME", str(home))
    return Settings()


def state_of(settings: Settings) -> State:
    """A state database that knows snapshot 7 of build 9, with two checks, one of which is a warning."""
    state = open_state(settings.state_url)
    as_of = datetime(2026, 11, 4, 6, tzinfo=UTC)
    with state.write("test") as connection:
        connection.execute(
            builds.insert(),
            {
                "number": 9,
                "status": "finished",
                "as_of": as_of,
                "from_sequence": 1,
                "to_sequence": 1,
                "lake_hash": "1" * 64,
                "fingerprint": "2" * 64,
                "full_refresh": True,
                "counts": {},
                "started_at": now(),
            },
        )
        connection.execute(
            snapshots.insert(),
            {"number": 7, "build_number": 9, "content_hash": "3" * 64, "as_of": as_of, "published_at": now()},
        )
        connection.execute(
            verdicts.insert(),
            {
                "verdict_id": 1,
                "gate": "marts",
                "build_number": 9,
                "is_open": True,
                "suites": "4" * 64,
                "skipped": [],
                "checked_at": now(),
            },
        )
        for name, passed in (("marts/sales_lines/rows", True), ("marts/sales_lines/linked:customer_id", False)):
            connection.execute(
                checks.insert(),
                {
                    "verdict_id": 1,
                    "name": name,
                    "table_name": "marts.sales_lines",
                    "expectation": "ExpectTableRowCountToBeBetween",
                    "severity": "warning",
                    "closes": "all",
                    "passed": passed,
                    "samples": [],
                    "description": "At most 1 sale in 20 has no account.",
                },
            )
    return state


ACCOUNTS = (  # number, name, risk points, revenue of the month and of the year, change in a year, gap to plan
    (1, "Meridian Foodservice", 64, 130_000, 1_510_000, -210_000, -74_000),
    (2, '<b>Pellworm</b> & "Söhne" 北港', 51, 90_000, 1_200_000, -90_000, -63_000),
    (3, "Harbour & Finch Retail", 8, 148_200, 1_800_000, 300_000, 51_000),
    (4, "Kestrel Logistics", 29, 74_200, 800_000, 9_000, -3_000),
)


def account(number: int, name: str, risk: int, revenue: int, year: int, change: int, gap: int) -> dict:
    """One account's row of `account_months` for October 2026."""
    at_risk = risk >= 50
    return {
        "grain": "month",
        "period_end": "2026-11-01",
        "customer_id": f"crm:A-{number}",
        "customer_name": name,
        "account_name": name,
        "industry": "Food",
        "account_manager_name": "Jane Okafor" if number == 1 else None,
        "revenue": revenue,
        "change_on_previous_year": Decimal("-6.2") if change < 0 else Decimal("5.8"),
        "plan": revenue - gap,
        "gap_to_plan": gap,
        "revenue_12m": year,
        "change_12m": change,
        "trend": [revenue + 1000 * month for month in range(-12, 1)],
        "churn_risk": risk,
        "churn_reasons": ["order_gap", "a_rule_without_words"] if at_risk else [],
        "churn_measures": [3.25, 7.0] if at_risk else [],
        "is_at_risk": at_risk,
        "churn_risk_threshold": 50,
        "status": "act" if at_risk else "watch" if risk > 25 else "on_track",
        "last_ordered_on": "2026-10-20",
        "revenue_rank": {3: 1, 1: 2, 2: 3, 4: 4}[number],
    }


def october() -> FakeFigures:
    """October 2026: 12.84 M against 11.79 M and a plan of 12.47 M; two accounts at risk; nothing is known of surveys."""
    values: dict[str, str] = {}
    values |= a_year_of("net_revenue", 11_790_000, 87_500)
    for period in OCTOBER.trailing(13):
        values[f"net_revenue@{period.text}~plan"] = "12466000"
    values |= a_year_of("net_revenue_retention", 104, 0)
    values |= a_year_of("gross_revenue_retention", 93, 0)
    values |= a_year_of("revenue_at_risk", 2_710_000, 0)
    values |= a_year_of("customers_at_risk", 2, 0)
    values |= a_year_of("on_time_delivery_rate", 94, 0)
    values |= a_year_of("active_customers", 200, 1)
    values |= a_year_of("average_order_value", 812, 0)
    values["unlinked_revenue@2026-10"] = "0"
    steps = {"base": 130, "new": 12, "reactivated": 3, "expansion": 20, "contraction": -10, "lost": -5, "other": 0}
    steps |= {"current": sum(steps.values())}
    values |= {f"bridge_{name}@2026-10": f"{amount}000000" for name, amount in steps.items()}
    marts = {
        "account_months": [account(*about) for about in ACCOUNTS],
        "sales_orders": [
            {"order_id": f"shop:{number}", "ordered_on": "2026-10-31", "amount": amount}
            for number, amount in ((1, 90_000), (2, 120_000), (3, 10_000))
        ],
        "refused_rows": [
            {"core_table": "order_lines", "currency": "EUR", "amount": 62_000, "exported_on": "2026-10-05"},
            {"core_table": "order_lines", "currency": "EUR", "amount": 9_000_000, "happened_on": "2026-09-30"},
        ],
        "file_loads": [
            {"system": "shop", "table_name": "orders", "exported_on": f"2026-10-{day}", "rows_good": 400, "rows_rejected": 2}
            | {"rows_refused": 1 if day == 3 else 0}
            for day in (1, 2, 3)
        ],
    }
    records = {"net_revenue@2026-10": [("f" * 64, 1, Decimal("12000000")), ("f" * 64, 2, Decimal("840000"))]}
    return FakeFigures(values, marts, records)


def ask(answers: FakeFigures, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let composing ask the fake."""
    monkeypatch.setattr("rapport.metrics.questions.open_figures", answers.opened)
    monkeypatch.setattr("rapport.warehouse.connections.published_file", lambda *_: Path("published/000007.duckdb"))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    return settings_at(tmp_path, monkeypatch)


@pytest.fixture
def state(settings: Settings) -> State:
    return state_of(settings)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> FakeFigures:
    answers = october()
    ask(answers, monkeypatch)
    return answers


@pytest.fixture
def no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the PDF out where a test is not about it: it takes seconds."""
    monkeypatch.setattr("rapport.editions.pdf.write_pdf", lambda _settings, html, _as_of: html.encode())


@pytest.fixture(scope="session")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """The October edition, whole and in both languages; tests read it and leave it as it is."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        home = tmp_path_factory.mktemp("composed")
        settings_at(home, monkeypatch)
        with open(home / "company.yml", "a", encoding="utf-8") as file:
            file.write("languages: [en, zh]\n")
        settings = Settings()
        ask(october(), monkeypatch)
        return compose(settings, state_of(settings), "management_month", "2026-10")
