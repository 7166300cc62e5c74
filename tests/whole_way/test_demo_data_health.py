"""The health of the demo company's data, counted again from its export files."""

import csv
import hashlib
import json
import re
import sqlite3
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import duckdb
import pytest

BERLIN = ZoneInfo("Europe/Berlin")
LEGAL_FORM = re.compile(r"\b(gmbh|ag|kg|se|ltd|inc|co|sa|srl|bv)\b\.?|股份有限公司|有限责任公司|有限公司|公司")


@pytest.fixture(scope="module")
def truth(demo) -> dict:
    return json.loads((demo.path / "drops/demo_truth.json").read_text(encoding="utf-8"))


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


def test_records_are_loaded_or_rejected_as_they_were_written(demo, truth):
    """What wrote the files knows their records and the faults in them; a file that came twice counts once."""
    asked = demo.json("metric", "rows_loaded,rows_rejected,reject_rate", "--period", "all", "--by", "system,table_name")
    found = defaultdict(dict)
    for figure in asked["figures"]:
        found[".".join(figure["by"].values())][figure["metric"]] = figure
    written = {table: Counter(about) for table, about in truth["files"].items()}
    seen = set()
    for file in sorted((demo.path / "drops").glob("*/*")):
        content = (file.parent.name, file.read_bytes())
        if content in seen:  # lists that did not change since, and a file that was delivered again
            table = f"{file.parent.name}.{file.name[: re.search('_[0-9]{4}-', file.name).start()]}"
            written[table]["rows"] -= len(content[1].strip().splitlines()) - 1
        seen.add(content)
    named = Counter((one["table"], one["name"], one["record"]) for one in truth["rejects"])
    rejected = Counter(table for table, *_ in named)

    assert set(found) == set(written) and sum(rejected.values()) > 50
    for table, about in written.items():
        figures = {metric: figure["value"] for metric, figure in found[table].items()}
        assert figures["rows_loaded"] == about["rows"] - rejected[table], table
        assert figures["rows_rejected"] == rejected[table], table
        few = about["rows"] < 30
        assert figures["reject_rate"] == (None if few else pytest.approx(100 * rejected[table] / about["rows"], abs=0.051)), (
            table
        )
        assert found[table]["reject_rate"]["denominator"] == about["rows"], table


def test_a_record_is_rejected_on_the_day_of_its_files_export(demo, truth):
    records = {(one["table"], one["name"], one["record"]) for one in truth["rejects"]}
    months = Counter(re.search(r"\d{4}-\d{2}", name)[0] for _, name, _ in records)  # a file is named by that day
    asked = demo.json("metric", "rows_rejected", "--period", "2023-10..2026-10", "--by", "month")["figures"]

    assert months.pop("2023-09") == 1, "before history there is no month"
    assert {one["period"]: one["value"] for one in asked if one["value"]} == months


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


def test_accounts_that_are_planted_twice_are_found_and_no_others(demo):
    """The model as it was built, over the demo's accounts and contacts with a few more among them."""
    more = [  # id, name, city, parent, mail address of the contact
        ("crm:1", "STAHL-BAU GmbH", " münchen", None, "a@eins.example"),  # K-10001 under another form
        ("crm:2", "Van Dijk Bouw BV", "Utrecht", None, "b@zwei.example"),  # K-10012 without the dots
        ("crm:3", "上海华泰贸易股份有限公司", "上海", None, "c@drei.example"),  # K-10011 as a company limited by shares
        ("crm:4", "Anders", "Köln", None, "Someone.Else@K10006.Example "),  # a contact at K-10006's domain
        ("crm:5", "Stahl Bau AG", "Augsburg", None, "e@163.com"),  # K-10001's name elsewhere; a provider's domain
        ("crm:6", "Sechs", "Köln", None, "f@163.com"),
        ("crm:7", "Jäger Bau", "Bremen", "crm:K-10002", "g@k10002.example"),  # a branch of K-10002
    ]
    compiled = demo.path / "dbt/target/compiled/rapport/models/marts/data_health/duplicate_accounts.sql"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo.path / 'warehouse.duckdb'}' as built (read_only)")
        connection.execute("attach ':memory:' as warehouse; use warehouse; create schema core; create schema seeds")
        for table in ("core.customers", "core.contacts", "seeds.mail_providers"):
            connection.execute(f"create table {table} as from built.{table}")
        for customer, name, city, parent, address in more:
            connection.execute(
                "insert into core.customers by name select * replace ($1 as customer_id, $2 as customer_name, $3 as city,"
                " $4 as parent_customer_id, date '2026-10-01' as created_on) from built.core.customers"
                " where customer_id = 'crm:K-10001'", [customer, name, city, parent],
            )  # fmt: skip
            connection.execute(
                "insert into core.contacts by name select * replace ($1 as customer_id, $2 as email)"
                " from built.core.contacts limit 1", [customer, address],
            )  # fmt: skip
        found = connection.execute(compiled.read_text(encoding="utf-8")).fetchall()

    assert {row[:3] for row in found} == {
        ("crm:1", "name_and_city", "crm:K-10001"),
        ("crm:2", "name_and_city", "crm:K-10012"),
        ("crm:3", "name_and_city", "crm:K-10011"),
        ("crm:4", "mail_domain", "crm:K-10006"),
    }
