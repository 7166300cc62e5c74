"""The health of the demo company's data, counted again from its export files."""

import csv
import hashlib
import re
import sqlite3
from collections import Counter
from datetime import datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

BERLIN = ZoneInfo("Europe/Berlin")
LEGAL_FORM = re.compile(r"\b(gmbh|ag|kg|se|ltd|inc|co|sa|srl|bv)\b\.?|股份有限公司|有限责任公司|有限公司|公司")


@pytest.fixture(scope="module")
def answers(demo) -> dict[tuple, dict]:
    """(metric, members) → figure."""
    asked = [
        ("freshness_hours", "2026-10", "system,table_name"),
        ("control_total_difference", "all", "table_name,step,reason"),
        ("control_total_unexplained", "all", ""),
        ("duplicate_customers", "all", ""),
    ]
    found = {}
    for metric, period, by in asked:
        by = ("--by", by) if by else ()
        for figure in demo.json("metric", metric, "--period", period, *by)["figures"]:
            found[metric, *figure["by"].values()] = figure
    return found


def test_each_export_is_as_old_as_its_newest_delivery(demo, answers):
    end = datetime(2026, 11, 1, tzinfo=BERLIN)
    with sqlite3.connect(demo.path / "state.sqlite") as state:
        deliveries = state.execute("select system, table_name, exported_at from deliveries").fetchall()
    newest: dict[tuple[str, str], datetime] = {}
    for system, table, text in deliveries:
        exported = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("UTC"))
        if exported < end:
            newest[system, table] = max(exported, newest.get((system, table), exported))
    expected = {key: (end - exported) / timedelta(hours=1) for key, exported in newest.items()}
    found = {key[1:]: figure["value"] for key, figure in answers.items() if key[0] == "freshness_hours"}

    assert found == pytest.approx(expected, abs=0.1)


def test_the_records_of_the_files_are_those_of_the_mart_and_those_left_behind(demo, answers):
    files = sorted((demo.path / "drops/shop").glob("order_lines_*.csv"))
    contents = {hashlib.sha256(file.read_bytes()).hexdigest(): file for file in files}  # a file delivered twice counts once
    records = 0
    for file in contents.values():
        with open(file, encoding="utf-8-sig", newline="") as lines:
            records += sum(1 for _ in csv.DictReader(lines))
    (sold,) = demo.json("metric", "order_lines", "--period", "all")["figures"]
    left = Counter()
    for (metric, *members), figure in answers.items():
        if metric == "control_total_difference" and members[0] == "order_lines":
            left[members[2]] += figure["value"] or 0

    assert records == sold["value"] + sum(left.values())
    assert left["unexplained"] == 0
    assert left["cancelled"] > 0 and left["rejected"] > 0


def test_nothing_is_unexplained(answers):
    assert answers["control_total_unexplained",]["value"] == 0


def test_no_two_accounts_look_alike(demo, answers):
    """By hand, pair by pair, over the newest export of accounts."""
    newest = sorted((demo.path / "drops/crm").glob("customers_*.csv"))[-1]
    with open(newest, encoding="gb18030", newline="") as lines:
        accounts = [(row["客户名称"].lower(), row["城市"].lower()) for row in csv.DictReader(lines, delimiter=";")]
    bare = [(re.sub(r"\W", "", LEGAL_FORM.sub("", name)), city) for name, city in accounts]

    assert sum(one == other for one, other in combinations(bare, 2)) == 0
    assert answers["duplicate_customers",]["value"] == 0
