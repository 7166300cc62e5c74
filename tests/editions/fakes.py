"""A small stand-in for the questions and the snapshot, with numbers that a person can check by hand."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

import yaml

from rapport.metrics.catalogue import Metric, personal_classes
from rapport.metrics.counts import Counts
from rapport.metrics.definitions import Mart
from rapport.metrics.figures import Figure, Measurement, figure_id
from rapport.metrics.periods import GRAINS, Period
from rapport.metrics.reason import Reason
from tests.conftest import PROJECT

OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1), "2026-10", "month")
UNITS = {
    "net_revenue": ("currency", "up"),
    "bridge_base": ("currency", "none"),
    "bridge_new": ("currency", "up"),
    "bridge_reactivated": ("currency", "up"),
    "bridge_expansion": ("currency", "up"),
    "bridge_contraction": ("currency", "up"),
    "bridge_lost": ("currency", "up"),
    "bridge_other": ("currency", "none"),
    "bridge_current": ("currency", "up"),
    "net_revenue_retention": ("percent", "up"),
    "gross_revenue_retention": ("percent", "up"),
    "revenue_at_risk": ("currency", "down"),
    "customers_at_risk": ("count", "down"),
    "nps": ("points", "up"),
    "csat": ("percent", "up"),
    "on_time_delivery_rate": ("percent", "up"),
    "active_customers": ("count", "up"),
    "new_customers": ("count", "up"),
    "average_order_value": ("currency", "up"),
    "top_10_share": ("percent", "down"),
    "unlinked_revenue": ("currency", "down"),
}


def asked_by_the_report() -> set[str]:
    """The metrics that the monthly report names; those that `UNITS` lacks are counts here that no system feeds."""
    figures = yaml.safe_load((PROJECT / "reports/management_month/report.yml").read_text(encoding="utf-8"))["figures"].values()
    return {name for entry in figures for name in (entry.get("metrics") or [entry.get("metric")]) if name}


def a_metric(name: str) -> Metric:
    unit, good = UNITS.get(name, ("count", "none"))
    words = name.replace("_", " ").capitalize()
    return Metric(name, "simple", {"en": words}, {"en": f"{words}, as the metric defines it."}, unit, good, material=2.0)


def a_figure(
    metric: str,
    value: str | None,
    unit: str | None = None,
    *,
    period: Period = OCTOBER,
    comparison: str | None = None,
    reason: str | None = None,
) -> Figure:
    unit = unit or a_metric(metric).unit
    return Figure(
        id=figure_id(metric, period, {}, suffix=comparison),
        metric=metric,
        period=period,
        by={},
        comparison=comparison,
        value=None if value is None else Decimal(value),
        unit=unit,
        currency="EUR" if unit == "currency" else None,
        reason=reason,
        measurement=Measurement(metric, period.start, period.end, period.kind, (), period.last_day),
    )


@cache
def described_mart(name: str) -> Mart:
    """A mart with the columns and classes of personal data that its YAML gives it."""
    (file,) = (PROJECT / "dbt_project/models/marts").rglob(f"{name}.yml")
    columns = {column["name"]: column for column in yaml.load(file.read_bytes(), yaml.CSafeLoader)["models"][0]["columns"]}
    types = {column: about.get("data_type", "") for column, about in columns.items()}
    return Mart(name, f"model.rapport.{name}", types, {}, personal_classes(columns))


class _Catalogue:
    """Two models above each metric; the marts that reports read are as YAML describes them."""

    def __init__(self) -> None:
        self.metrics = {name: a_metric(name) for name in (*UNITS, *asked_by_the_report())}
        self.parents = {"model.rapport.sales_lines": ["model.rapport.order_lines"]}
        self.marts = {name: described_mart(name) for name in MARTS}
        self.attribute_model = "customer_accounts"

    def customer_dimensions(self):
        return {name: name for name in self.marts["customer_accounts"].columns}

    def leaf_models(self, _metric):
        return ["sales_lines"]

    def mart_of(self, _model):
        return type("Mart", (), {"unique_id": "model.rapport.sales_lines"})


MARTS = {  # the columns that the report's queries read
    "account_months": """grain varchar, period_end date, customer_id varchar, customer_name varchar, account_name varchar,
        industry varchar,
        account_manager_name varchar, revenue decimal(18, 4), change_on_previous_year decimal(18, 1), plan decimal(18, 4),
        gap_to_plan decimal(18, 4), revenue_12m decimal(18, 4), change_12m decimal(18, 4), trend decimal(18, 4)[],
        churn_risk integer, churn_reasons varchar[], churn_measures double[], is_at_risk boolean,
        churn_risk_threshold integer, status varchar, last_ordered_on date, revenue_rank integer""",
    "sales_orders": "order_id varchar, ordered_on date, amount decimal(18, 4)",
    "refused_rows": """_file_id varchar, _row bigint, core_table varchar, currency varchar, amount decimal(18, 4),
        happened_on date, exported_on date""",
    "customer_accounts": "customer_id varchar, customer_name varchar, account_manager_name varchar",
    "customer_segments": "grain varchar, period_end date, lifecycle_stage varchar, lifecycle_stage_before varchar",
    "account_contacts": "grain varchar, period_end date, customer_id varchar, follow_ups_overdue bigint",
    "points_cohorts": """grain varchar, period_end date, issue_cohort varchar, issued_points decimal(18, 4),
        redeemed_points decimal(18, 4), expired_points decimal(18, 4), outstanding_points decimal(18, 4),
        liability_amount decimal(18, 4)""",
    "account_receivables": """grain varchar, period_end date, customer_id varchar, receivable_amount decimal(18, 4),
        overdue_amount decimal(18, 4)""",
    "expected_next_orders": """grain varchar, period_end date, customer_id varchar, last_ordered_on date, expected_on date,
        usual_gap double, expected_value decimal(18, 4), is_overdue boolean""",
    "basket_pairs": """grain varchar, period_end date, product_a varchar, product_b varchar, product_a_name varchar,
        product_b_name varchar, baskets bigint, expected double, lift double, lift_low double, is_significant boolean""",
    "revenue_forecasts": """grain varchar, period_end date, made_on date, is_closed boolean,
        forecast decimal(18, 4), low decimal(18, 4), high decimal(18, 4), naive decimal(18, 4)""",
    "file_loads": """system varchar, table_name varchar, exported_on date, rows_good bigint, rows_rejected bigint,
        rows_refused bigint""",
}


class FakeFigures:
    """Answers from two tables: `values` by figure id, and the rows of `rows_of` by mart, which the report's own queries select.

    A metric that no table knows has the reason "no system feeds it"; one of `counted` rests on too few, and has counts instead.
    """

    def __init__(self, values: dict[str, str], rows_of: dict[str, list[dict]], records: dict[str, list[tuple]]) -> None:
        self.currency, self.catalogue = "EUR", _Catalogue()
        self.values, self.rows_of, self.records = values, rows_of, records
        self.counted: dict[str, Counts] = {}

    def ask(self, question):
        if question.by and question.by[0] not in GRAINS:
            return []  # members are not known here
        if question.by:
            periods = question.period.split(*question.by)
            return [self._answer(replace(question, period=period, by=())) for period in periods]
        return [self._answer(question)]

    def _answer(self, question):
        (name,) = question.metrics
        value = self.values.get(figure_id(name, question.period, {}, suffix=question.comparison))
        reason = None if value is not None else "no system feeds it"
        answered = a_figure(name, value, period=question.period, comparison=question.comparison, reason=reason)
        if name == "on_time_delivery_rate" and answered.value is not None:
            answered = replace(answered, n=635, interval=(answered.value - 2, answered.value + 2))
        if name in self.counted:
            answered = replace(answered, counted=self.counted[name], reason=Reason("too_few", n=12, needed=30))
        return answered

    def query(self, sql: str):
        cursor = _marts(repr(self.rows_of), self.rows_of).execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def is_additive(self, figure):
        return figure.id in self.records

    def rows(self, figure):
        return self.records[figure.id]

    def parts(self, figure):
        return [replace(figure, id=f"{figure.id}.part")] if figure.unit == "percent" else []

    def sql_of(self, figure):
        return f"select 1 as {figure.metric}"

    @contextmanager
    def opened(self, *_args, **_kwargs):
        yield self


def a_year_of(metric: str, first: int, step: int) -> dict[str, str]:
    """Thirteen months to October 2026 and the thirteen before them, growing by `step` a month."""
    values = {}
    for position, period in enumerate(OCTOBER.trailing(13)):
        now, before = first + step * position, first + step * (position - 12)
        values[f"{metric}@{period.text}"] = str(now)
        values[f"{metric}@{period.text}~previous_year"] = str(before)
        values[f"{metric}@{period.text}~previous_period"] = str(now - step)
    return values


_MADE: dict[str, object] = {}


def _marts(key: str, rows_of: dict[str, list[dict]]):
    """A database of these rows, made once for each content."""
    import duckdb

    if key not in _MADE:
        connection = duckdb.connect(config={"threads": 1})
        connection.execute("create schema marts")
        for mart, columns in MARTS.items():
            connection.execute(f"create table marts.{mart} ({columns})")
            for row in rows_of.get(mart, []):
                places = ", ".join("?" for _ in row)
                connection.execute(f"insert into marts.{mart} ({', '.join(row)}) values ({places})", list(row.values()))
        _MADE.clear()
        _MADE[key] = connection
    return _MADE[key]
