"""The exports: the same bytes each time, and days that do not depend on when they are looked at."""

import hashlib
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from rapport.demo import make_exports
from tests.demo.conftest import AS_OF, Raw

MONTH_EARLIER = date(2026, 10, 20)


@pytest.fixture(scope="module")
def earlier_drops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("earlier")
    make_exports(folder, MONTH_EARLIER)
    return folder


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def exported_on(name: str) -> str:
    return re.search(r"\d{4}-\d\d-\d\d", name)[0]


def test_the_same_seed_gives_the_same_bytes(drops, tmp_path):
    make_exports(tmp_path, AS_OF)

    assert contents(tmp_path) == contents(drops)


def test_another_seed_is_another_company(drops, tmp_path):
    make_exports(tmp_path, AS_OF, seed=1)

    own, other = contents(drops), contents(tmp_path)
    assert own.keys() == other.keys()
    assert own["crm/customers_2026-10-31.csv"] != other["crm/customers_2026-10-31.csv"]


def test_a_day_has_the_same_order_lines_whenever_it_is_looked_at(drops, earlier_drops):
    def lines(folder: Path) -> set[tuple]:
        rows = Raw(folder).shop("order_lines")
        return {tuple(row.values()) for row in rows if "231001" <= row["order_no"][2:8] <= "260930"}

    assert lines(drops) == lines(earlier_drops)
    assert len(lines(drops)) > 25_000


def test_files_that_both_days_know_are_the_same(drops, earlier_drops):
    """But for August, which is daily seen from October and merged seen from November, and where history begins."""
    own, other = contents(drops), contents(earlier_drops)
    common = [
        name
        for name in own.keys() & other.keys()
        if (match := re.search(r"\d{4}-\d\d", name)) and match[0] > "2023-12" and not re.search(r"/orders?_.*2026-08", name)
    ]

    assert len(common) > 200
    assert [name for name in common if own[name] != other[name]] == []


def test_nothing_is_told_that_happened_later_than_the_last_full_month(drops, raw):
    orders = [row for row in raw.shop("orders") if row["order_no"][-2:] != "98"]
    days = [row["ordered_at"][:10] for row in orders] + [row["delivered_on"] for row in orders]
    days += [row["returned_on"] for row in raw.shop("returns")]
    days += [row["paid_on"] for row in raw.shop("invoices")]
    days += [answer["Answered at"].date().isoformat() for answer in raw.answers()]
    days += [exported_on(name) for name in contents(drops) if re.search(r"\d{4}-\d\d", name)]

    assert max(days) == "2026-10-31"
    assert min(day for day in days if day) == "2022-12-15", "the oldest file is the plan of 2023"


def test_a_customer_is_exported_every_month_under_the_attributes_of_that_day(raw, drops):
    names = sorted(path.name for path in (drops / "crm").glob("customers_2*.csv"))
    sizes = {name: {row["客户编号"]: row["规模"] for row in raw.crm(name)} for name in names}

    assert len(names) == 38, "37 of the past and the current one"
    assert len({sizes[name]["K-10054"] for name in names}) > 1
    gone = sizes[names[0]].keys() - sizes[names[-1]].keys()
    assert 3 <= len([account for account in gone if not account.startswith("K-99")]) <= 10


def test_there_are_a_few_hundred_files_and_no_more(drops):
    assert 200 < len(contents(drops)) < 900


def test_every_file_that_the_truth_counts_is_there(drops, truth):
    """Two files of one name would be one, and the truth would tell of records that nobody delivered."""
    written = Counter(path.parent.name for path in drops.glob("*/*") if path.is_file())
    told = Counter()
    for table, about in truth["files"].items():
        told[table.partition(".")[0]] += about["files"]

    assert told == written


def test_the_recipients_are_a_management_group_in_two_languages(drops):
    from rapport.delivery.recipients import read_recipients

    people = read_recipients(drops / "recipients.yml").of("management")

    assert [person.language for person in people] == ["en", "zh"]
    assert all(person.address.endswith(".example") for person in people)
