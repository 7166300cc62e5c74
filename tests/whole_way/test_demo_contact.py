"""Contact and money owed of the demo company after the whole way: planted truths, and each metric from its definition again."""

import csv
import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

import pytest

from .sold import Rates, World

MONTH, END = "2026-10", date(2026, 11, 1)
METRICS = (
    "contact_coverage", "silence_days", "follow_ups_due", "follow_ups_overdue", "contacts_by_channel", "renewals_due_value",
    "receivables", "overdue_share", "dso", "decisions_kept",
)  # fmt: skip


@pytest.fixture(scope="module")
def truth(demo) -> dict:
    return json.loads((demo.path / "drops/demo_truth.json").read_text(encoding="utf-8"))["contact"]


@pytest.fixture(scope="module")
def figures(demo) -> dict[str, dict]:
    asked = demo.rapport("metric", ",".join(METRICS), "--period", MONTH, "--json").stdout
    return {figure["metric"]: figure for figure in json.loads(asked, parse_float=Decimal)["figures"]}


def exported(demo, system: str, pattern: str, **form) -> list[dict[str, str]]:
    found = []
    for path in sorted((demo.path / "drops" / system).glob(pattern)):
        with open(path, newline="", encoding=form.get("encoding", "utf-8")) as file:
            found += csv.DictReader(file, delimiter=form.get("delimiter", ","))
    return found


def test_coverage_is_all_key_accounts_but_the_silent_ones(figures, published, truth):
    found = published.sql("""
        select replace(customer_id, 'crm:', '') from marts.account_contacts
        where grain = 'month' and period_end = '2026-11-01' and is_key_account and not is_contacted order by 1
    """).fetchall()

    assert [account for (account,) in found] == truth["silent_key_accounts"]
    assert figures["contact_coverage"]["denominator"] == truth["key_accounts"]
    assert figures["contact_coverage"]["numerator"] == truth["key_accounts"] - len(truth["silent_key_accounts"])


def test_follow_ups_are_those_that_no_later_contact_took(figures, truth):
    assert figures["follow_ups_due"]["value"] == truth["follow_ups_due"] > 0
    assert figures["follow_ups_overdue"]["value"] == truth["follow_ups_overdue"] > 0


def test_silence_is_the_median_of_the_days_since_the_last_contact(demo, figures):
    """Every account of the newest export of the CRM; who was never spoken to counts from its creation."""
    last = {}
    for row in exported(demo, "canonical", "interactions_*.csv"):
        account, day = row["customer_id"].removeprefix("crm:"), date.fromisoformat(row["occurred_at"][:10])
        last[account] = max(last.get(account, day), day)
    customers = exported(demo, "crm", "customers_2026-10-31.csv", encoding="gb18030", delimiter=";")
    began = min(date.fromisoformat(row["occurred_at"][:10]) for row in exported(demo, "canonical", "interactions_2023-10*.csv"))
    days = []
    for row in customers:
        created = date(*map(int, row["创建日期"].split("/")))
        days.append((END - last.get(row["客户编号"], max(began, created))).days)

    assert figures["silence_days"]["n"] == len(days)
    assert figures["silence_days"]["value"] == pytest.approx(median(days))


def test_contacts_by_channel_are_the_rows_of_the_month(demo):
    asked = demo.json("metric", "contacts_by_channel", "--period", MONTH, "--by", "channel")["figures"]
    rows = [row for row in exported(demo, "canonical", "interactions_*.csv") if row["occurred_at"][:7] == MONTH]

    assert {one["by"]["channel"]: one["value"] for one in asked} == Counter(row["channel"] for row in rows)


def test_receivables_are_what_was_issued_and_not_yet_paid(demo, figures, core):
    """From the shop's own files: the last state of each invoice, and payments in parts where there are any."""
    invoices = {row["invoice_no"]: row for row in exported(demo, "shop", "invoices_*.csv") if row["customer_no"]}
    parts = defaultdict(list)
    for row in exported(demo, "canonical", "payments_*.csv"):
        parts[row["invoice_id"].removeprefix("shop:")].append((row["paid_on"], Decimal(row["amount"])))
    owed, overdue, euros = Decimal(0), Decimal(0), Rates(core).euros
    for number, row in invoices.items():
        amount, end = Decimal(row["amount"]), f"{END}"
        if number in parts:
            paid = sum(part for day, part in parts[number] if day < end)
        else:
            paid = amount if "" < row["paid_on"] < end else Decimal(0)
        unpaid = euros(amount - paid, row["currency"], date.fromisoformat(row["issued_on"]))
        owed += unpaid
        overdue += unpaid if row["due_on"] < end else 0
    revenue = World(core).net(END - timedelta(days=90), END)

    assert figures["receivables"]["value"] == round(owed, 2)
    assert (figures["overdue_share"]["numerator"], figures["overdue_share"]["denominator"]) == (
        pytest.approx(overdue, abs=Decimal("0.005")), pytest.approx(owed, abs=Decimal("0.005")),
    )  # fmt: skip
    assert overdue > 0
    assert figures["dso"]["value"] == pytest.approx(90 * owed / revenue, abs=Decimal("0.051"))


def test_renewals_are_due_90_days_ahead_and_their_rate_looks_back(demo, figures):
    terms = exported(demo, "crm", "contracts_2026-10-31.csv", encoding="gb18030", delimiter=";")
    last = {row["合同编号"]: date(*map(int, row["结束日期"].split("/"))) for row in terms}
    value = {row["合同编号"]: Decimal(row["年度金额"].replace(",", ".")) for row in terms}
    due = [number for number, ends in last.items() if END <= ends < END + timedelta(days=90)]
    renewed = {row["续签合同编号"] for row in terms}
    ended = [number for number, ends in last.items() if date(2025, 11, 1) <= ends < END]
    (rate,) = demo.json("metric", "renewal_rate", "--period", "2025-11-01..2026-10-31")["figures"]

    assert figures["renewals_due_value"]["value"] == sum(value[number] for number in due) > 0
    assert (rate["numerator"], rate["denominator"]) == (sum(number in renewed for number in ended), len(ended))
    assert rate["numerator"] < rate["denominator"]


def test_each_owner_keeps_as_many_agreed_actions_as_were_planted(demo, truth):
    asked = demo.json("metric", "decisions_kept", "--period", "2023-10-01..2026-10-31", "--by", "owner")["figures"]
    found = {one["by"]["owner"].removeprefix("crm:"): {"due": one["denominator"], "kept": one["numerator"]} for one in asked}

    assert found == truth["decisions"]


def test_contacts_per_win_are_those_from_beginning_to_end(demo, core):
    (figure,) = demo.json("metric", "touches_per_won", "--period", "2026-01-01..2026-10-31")["figures"]
    won = core.sql("""
        select opportunity_id, customer_id, created_on, closed_on from core.opportunities
        where status = 'won' and closed_on between '2026-01-01' and '2026-10-31'
    """).fetchall()
    days = defaultdict(list)
    for customer, day in core.sql(
        "select customer_id, (occurred_at at time zone 'Europe/Berlin')::date from core.interactions"
    ).fetchall():
        days[customer].append(day)
    touches = sum(sum(created <= day <= closed for day in days[customer]) for _, customer, created, closed in won)

    assert (figure["numerator"], figure["denominator"]) == (touches, len(won))
    assert float(figure["value"]) == pytest.approx(touches / len(won), abs=0.051)
