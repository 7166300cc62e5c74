"""The marts and metrics of the demo company as dbt reads them: what every one of them owes its readers."""

import json
import math
import random
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from rapport.metrics.catalogue import Catalogue
from rapport.metrics.figures import SCALES
from rapport.metrics.templates import Templates
from rapport.settings import Settings
from rapport.warehouse.dbt import DbtPlaces, dbt_environment, dbt_vars

PERIOD_END = date(2026, 11, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """dbt's manifests of the demo company's project."""
    settings, home = Settings(), tmp_path_factory.mktemp("parsed")
    places = DbtPlaces(home / "warehouse.duckdb", home)
    dbt = Path(sys.executable).parent / "dbt"
    subprocess.run(
        [dbt, "--quiet", "parse", "--no-partial-parse", "--vars", json.dumps(dbt_vars(settings))],
        env=dbt_environment(settings, places),
        check=True,
        cwd=settings.dbt_project,
        stdout=subprocess.DEVNULL,
    )
    return places.target


@pytest.fixture(scope="module")
def manifest(folder) -> dict:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def catalogue(folder, manifest) -> Catalogue:
    return Catalogue(json.loads((folder / "semantic_manifest.json").read_text(encoding="utf-8")), manifest)


def test_every_metric_of_the_issue_is_there(catalogue):
    asked = (
        "plan plan_attainment net_revenue_retention gross_revenue_retention top_10_share revenue_at_risk nps csat "
        "tickets_opened tickets_solved rows_loaded rows_rejected reject_rate"
    )

    assert set(asked.split()) <= {name for name, metric in catalogue.metrics.items() if metric.is_listed}


def test_every_listed_metric_says_in_both_languages_what_it_is(catalogue):
    for metric in catalogue.metrics.values():
        if metric.is_listed:
            assert set(metric.label) == set(metric.definition) == {"en", "zh"}, metric.name
            assert all(metric.label.values()) and all(metric.definition.values()), metric.name
            assert metric.unit in SCALES and metric.good in {"up", "down", "none"}, metric.name
            assert metric.empty in {"zero", "null"}, metric.name


def test_what_gives_n_or_an_error_is_a_metric(catalogue):
    named = {name for metric in catalogue.metrics.values() for name in (metric.n, metric.standard_error) if name}

    assert named <= set(catalogue.metrics)


def test_what_gives_n_or_an_error_can_be_asked_by_everything_that_its_metric_can(catalogue):
    for metric in catalogue.listed():
        for name in filter(None, (metric.n, metric.standard_error)):
            assert set(catalogue.dimensions(metric)) <= set(catalogue.dimensions(catalogue.metric(name))), (metric.name, name)


def test_what_is_told_of_tickets_can_be_asked_by_the_product_that_they_are_about(catalogue):
    told = (
        "tickets_opened tickets_solved backlog backlog_age first_response_minutes resolution_minutes sla_response "
        "sla_resolution reopen_rate one_touch_rate ticket_csat"
    )

    for name in told.split():
        assert {"product", "category"} <= set(catalogue.dimensions(catalogue.metric(name))), name


def test_metrics_of_periods_stand_on_marts_with_a_grain_and_a_period_end(catalogue):
    of_periods = [metric for metric in catalogue.metrics.values() if metric.is_period_mart]

    assert {"nps", "net_revenue_retention", "top_10_share", "revenue_at_risk"} <= {metric.name for metric in of_periods}
    for metric in of_periods:
        assert metric.grains, metric.name
        for model in catalogue.leaf_models(metric):
            assert {"grain", "period_end"} <= set(catalogue.mart_of(model).columns), metric.name


def test_what_a_period_ends_with_is_made_of_nothing_else(catalogue):
    ending = {metric.name for metric in catalogue.metrics.values() if metric.of_period_end}
    flows = {
        "logo_churn_rate",
        "top_10_share",
        "revenue_growth",
        "tier_upgrades",
        "expected_orders_came_rate",
        "delivered_rate",
    }

    assert {"net_revenue_retention", "gross_revenue_retention", "clv", "churn_probability", "repeat_purchase_rate"} <= ending
    assert {"backlog", "points_outstanding", "pipeline_value", "nps", "dso"} <= ending
    assert not flows & ending
    for name in ending:
        metric = catalogue.metric(name)
        others = (metric.n, metric.standard_error, *(need.metric for need in metric.needs))
        assert metric.is_period_mart, name
        assert {one.metric for one in metric.inputs} | set(filter(None, others)) <= ending, name


def test_a_restricted_scope_sees_no_plan_and_no_rejected_record(catalogue):
    seen = {mart.name for mart in catalogue.marts.values() if mart.is_public or "customer_id" in mart.columns}

    assert {"plan_days", "plan_of_regions", "plan_of_sellers", "rejected_rows"}.isdisjoint(seen)
    assert "plan_of_customers" in seen  # of the scope's own accounts alone
    assert {"file_loads", "churn_rules_used", "nps_accounts", "revenue_ranks"} <= seen


def test_facts_say_which_record_they_come_from(catalogue):
    assert all(catalogue.marts[name].has_records for name in ("survey_scores", "service_tickets", "file_loads"))


def test_the_top_ten_cannot_be_split_by_attributes_of_customers(catalogue):
    assert not any("customer" in name for name in catalogue.dimensions(catalogue.metric("top_10_share")))


@pytest.mark.parametrize("name", ["plan", "plan_attainment", "plan_gap", "plan_ahead", "plan_gap_per_business_day"])
def test_a_plan_is_told_by_each_scope_for_which_one_was_set_and_by_nothing_else(catalogue, name):
    metric = catalogue.metric(name)
    scopes = {"region", "account_manager", "seller", "category", "customer"}

    assert set(catalogue.dimensions(metric)) - {"why_no_total", "plan_day__why_no_total"} == scopes
    assert all(catalogue.stand_in(metric, [scope]) for scope in scopes)
    assert catalogue.stand_in(metric, []) is metric
    assert not any(catalogue.stand_in(metric, names) for names in (["tier"], ["region", "category"], ["customer", "seller"]))


@pytest.mark.parametrize(
    ("scope", "reference", "expected"),
    [
        ("region", "customer__region", {"North": 40, "South": 25}),
        ("account_manager", "customer__account_manager", {"crm:E-1": 70}),
        ("seller", "sales_order__seller", {"crm:E-1": 70}),
        ("category", "product__category", {"Tools": 55}),
        ("customer", "customer", {"crm:A-1": 12}),
    ],
)
def test_the_plan_by_a_scope_is_the_sum_of_the_targets_set_for_exactly_it(catalogue, scope, reference, expected):
    """July: 100 in all; 10 + 30 for North and 25 for South; 70 for an employee; 55 for a category; 12 for a customer."""
    targets = [
        ("company", "all", 100), ("region", "North", 10), ("region", "North", 30), ("region", "South", 25),
        ("employee", "crm:E-1", 70), ("category", "Tools", 55), ("customer", "crm:A-1", 12),
    ]  # fmt: skip
    plan = catalogue.stand_in(catalogue.metric("plan"), [scope])
    mart = catalogue.mart_of(plan.model)
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse; create schema warehouse.marts; create schema warehouse.core")
        connection.execute("create table plan_days (metric varchar, scope_type varchar, scope_id varchar, day date,"
                           " is_ahead boolean, amount decimal(18, 4))")  # fmt: skip
        for number, (kind, name, amount) in enumerate(targets):
            connection.execute(
                "insert into plan_days values ('net_revenue', ?, ?, ?, false, ?), ('orders', ?, ?, ?, false, 1000)",
                [kind, name, date(2026, 7, 1 + number), amount, kind, name, date(2026, 7, 1 + number)],
            )
        sql = catalogue.sql_of(mart.name).replace("{{ ref('plan_days') }}", "plan_days")
        connection.execute(f"create table warehouse.marts.{mart.name} as {sql}")
        asked = Templates(catalogue).sql(plan.name, (reference,))
        found = connection.execute(asked, {"start": date(2026, 7, 1), "end": date(2026, 8, 1)}).fetchall()

    assert dict(found) == expected


@pytest.fixture(scope="module")
def ask(catalogue):
    """Ask one metric of nps_accounts; the rows are given as (account, n, promoters, detractors)."""
    templates = Templates(catalogue)
    filters = ("{{ Dimension('nps_account_period__grain') }} = 'month'",)

    def ask(metric: str, rows: list[tuple[str, int, int, int]]) -> float | None:
        with duckdb.connect() as connection:
            connection.execute("attach ':memory:' as warehouse; create schema warehouse.marts")
            connection.execute(
                "create table warehouse.marts.nps_accounts (grain varchar, period_end date, nps_account varchar,"
                " customer_id varchar, n bigint, s bigint, promoters bigint, detractors bigint)"
            )
            connection.executemany(
                "insert into warehouse.marts.nps_accounts values ('month', ?, ?, ?, ?, ?, ?, ?)",
                [(PERIOD_END, name, name, n, up - down, up, down) for name, n, up, down in rows],
            )
            sql = templates.sql(metric, filters=filters)
            return connection.execute(sql, {"start": PERIOD_END, "end": date(2026, 11, 2)}).fetchone()[0]

    return ask


def test_nps_is_the_share_of_promoters_less_that_of_detractors(ask):
    assert ask("nps", [("A", 4, 3, 0), ("B", 1, 0, 1)]) == pytest.approx(100 * (3 - 1) / 5)


def test_with_one_answer_per_account_the_standard_error_is_the_textbook_one(ask):
    answers = [("promoter", 40, 1, 0), ("detractor", 25, 0, 1), ("neither", 35, 0, 0)]
    rows = [(f"{kind}{number}", 1, up, down) for kind, count, up, down in answers for number in range(count)]
    p, d, n = 0.40, 0.25, 100

    assert ask("nps_standard_error", rows) == pytest.approx(100 * math.sqrt((p + d - (p - d) ** 2) / n))


def test_answers_of_one_account_that_agree_make_the_standard_error_larger(ask):
    chance = random.Random(7)
    rows = []
    for number in range(60):
        size, mood = chance.randint(1, 6), chance.random()
        marks = [chance.choices((1, -1, 0), (mood, 1 - mood, 0.3))[0] for _ in range(size)]
        rows.append((f"A{number}", size, marks.count(1), marks.count(-1)))
    total = sum(n for _, n, _, _ in rows)
    ratio = sum(up - down for _, _, up, down in rows) / total
    by_residuals = 100 * math.sqrt(sum((up - down - ratio * n) ** 2 for _, n, up, down in rows)) / total

    assert ask("nps_standard_error", rows) == pytest.approx(by_residuals)


def test_one_account_alone_has_no_standard_error(ask):
    assert ask("nps_standard_error", [("A", 12, 9, 1)]) is None


def test_a_least_n_is_asked_of_every_metric_that_names_one_above_one_and_is_no_sum(catalogue):
    free = [
        metric.name
        for metric in catalogue.metrics.values()
        if (metric.min_n or 1) > 1
        and metric.unit not in {"currency", "count"}
        and not (metric.is_rate or metric.rests_on_values)
    ]

    assert free == []


def test_every_listed_metric_states_its_version(catalogue):
    stated = {
        raw["name"] for raw in catalogue.semantic["metrics"] if "version" in ((raw.get("config") or {}).get("meta") or {})
    }

    assert sorted({metric.name for metric in catalogue.listed()} - stated) == []


def test_every_rate_says_which_change_of_it_is_worth_saying(catalogue):
    errors = {metric.standard_error for metric in catalogue.metrics.values()}  # which nobody compares
    rates = [one for one in catalogue.listed() if one.kind == "ratio" or one.unit in {"percent", "points"}]

    assert [one.name for one in rates if one.material is None and one.name not in errors] == []


def test_every_rate_of_things_that_are_counted_says_below_how_many_it_is_none(catalogue):
    """A share of an amount holds however few it is made of; a share of things does not."""
    rates = [one for one in catalogue.listed() if one.kind == "ratio" and one.inputs[1].metric != "business_days"]
    rates = [one for one in rates if catalogue.metric(one.inputs[1].metric).is_count]

    assert len(rates) > 30
    assert [one.name for one in rates if one.min_n is None] == []
