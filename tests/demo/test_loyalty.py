"""What is planted in loyalty and contact is in the files, read and counted without the generator's help."""

import csv
from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest

END = date(2026, 11, 1)


def rows(folder, pattern: str, **form) -> list[dict[str, str]]:
    """Rows of all files, in the order of their days."""
    found = []
    for path in sorted(folder.glob(pattern)):
        with open(path, newline="", encoding=form.get("encoding", "utf-8")) as file:
            found += csv.DictReader(file, delimiter=form.get("delimiter", ","))
    return found


def loyalty(drops, pattern: str) -> list[dict[str, str]]:
    return rows(drops / "loyalty", pattern, encoding="cp1252", delimiter="\t")


def points(text: str) -> int:
    return round(float(text.replace(",", ".")))


def day(text: str) -> date:
    number, month, year = text.split(".")
    return date(int(year), int(month), int(number))


@pytest.fixture(scope="module")
def entries(drops) -> dict[str, list[tuple[date, str, int]]]:
    """Member → movements in the order of days: day, kind in German, signed points; what cannot be read is left out."""
    found = defaultdict(list)
    for row in loyalty(drops, "ledger_*.txt"):
        if row["Punkte"] != "siehe Beleg":
            sign = -1 if row["Art"] in ("Einlösung", "Verfall") else 1
            found[row["Mitglied"]].append((day(row["Buchungstag"]), row["Art"], sign * points(row["Punkte"])))
    return {member: sorted(moved, key=lambda one: one[0]) for member, moved in found.items()}


def test_oldest_points_first_each_month_of_issue_ends_as_the_truth_says(entries, truth):
    """Point by point: every point is a thing with its month, and whoever takes points takes the oldest things."""
    ends = {"Einlösung": "redeem", "Verfall": "expire", "Korrektur": "adjust"}
    found = defaultdict(Counter)
    for moved in entries.values():
        purse: list[str] = []
        for when, kind, number in moved:
            if number > 0:
                purse += [f"{when:%Y-%m}"] * number
                found[f"{when:%Y-%m}"]["issued"] += number
            else:
                taken, purse = purse[:-number], purse[-number:]
                for month, count in Counter(taken).items():
                    found[month][ends[kind]] += count
        for month, count in Counter(purse).items():
            found[month]["outstanding"] += count

    told = {
        month: {what: number for what, number in one.items() if number} for month, one in truth["loyalty"]["cohorts"].items()
    }
    assert {month: dict(one) for month, one in found.items()} == told
    assert sum(one["outstanding"] for one in found.values()) == truth["loyalty"]["outstanding"]


def test_two_members_are_told_a_balance_that_the_ledger_does_not_bear_out(drops, entries, truth):
    booked = {member: sum(number for _, _, number in moved) for member, moved in entries.items()}
    stated = {row["Mitglied"]: points(row["Punktestand"]) for row in loyalty(drops, "balances_2026-10-31.txt")}
    wrong = {member: number - booked.get(member, 0) for member, number in stated.items() if number != booked.get(member, 0)}

    assert wrong == truth["loyalty"]["wrong_statements"]
    assert sorted(wrong.values()) == [-350, 1200]


def test_nobody_spends_points_before_having_them(entries):
    for member, moved in entries.items():
        balance = 0
        for when, _, number in sorted(moved, key=lambda one: (one[0], -one[2])):
            balance += number
            assert balance >= 0, (member, when)


def test_neglected_key_accounts_have_no_contact_in_thirty_days(drops, raw, truth):
    key = {row["客户编号"] for row in raw.crm("customers_2026-10-31.csv") if row["重点客户"] == "是"}
    since = f"{END - timedelta(days=30)}"
    spoken = {
        row["customer_id"].removeprefix("crm:")
        for row in rows(drops / "canonical", "interactions_*.csv")
        if row["occurred_at"][:10] >= since
    }

    assert sorted(key - spoken) == truth["contact"]["silent_key_accounts"]
    assert set(truth["contact"]["neglected"]) <= key - spoken
    assert len(key) == truth["contact"]["key_accounts"]


def test_owners_keep_what_they_agree_on_each_in_their_own_way(drops, truth):
    latest = {row["decision_id"]: row for row in rows(drops / "canonical", "decisions_*.csv")}
    found = defaultdict(Counter)
    for row in latest.values():
        if row["due_on"] < f"{END}":
            kept = "" < row["closed_on"] <= row["due_on"]
            found[row["owner_id"].removeprefix("crm:")].update(due=1, kept=int(kept))

    assert {owner: dict(counts) for owner, counts in found.items()} == truth["contact"]["decisions"]
    assert found["E-01"]["kept"] == found["E-01"]["due"]
    assert found["E-10"]["kept"] == 0


def test_every_payment_is_a_part_of_an_invoice_and_the_parts_make_the_whole(drops, raw):
    invoices = {row["invoice_no"]: row for row in raw.shop("invoices")}
    paid = Counter()
    for row in rows(drops / "canonical", "payments_*.csv"):
        paid[row["invoice_id"].removeprefix("shop:")] += round(100 * float(row["amount"]))

    assert len(paid) > 150
    for number, cents in paid.items():
        invoice = invoices[number]
        whole = round(100 * float(invoice["amount"]))
        assert cents == whole if invoice["paid_on"] else cents < whole


def test_who_is_silent_when_the_term_ends_does_not_renew(raw):
    terms = raw.crm("contracts_2026-10-31.csv")
    renewed = {row["续签合同编号"] for row in terms}
    ended = [row["合同编号"] for row in terms if row["结束日期"] < "2026/11/01"]

    assert 0.7 < sum(number in renewed for number in ended) / len(ended) < 0.9
