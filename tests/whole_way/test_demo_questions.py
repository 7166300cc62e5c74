"""Every metric of the demo company answers, and quickly."""

import os
import resource
import subprocess
import sys

import pytest

from rapport.metrics.periods import parse_period
from rapport.metrics.questions import Question, open_figures
from rapport.settings import Settings

TEN = (
    "net_revenue,orders,units,active_customers,new_customers,average_order_value,on_time_delivery_rate,returned_revenue,nps,"
    "net_revenue_retention"
)
PERIODS = {"month": "2026-10", "quarter": "2026-Q3", "year": "2025"}
REFERENCE = 0.53  # CPU seconds of importing SQLAlchemy on the machine of which the limit speaks


@pytest.fixture(scope="module")
def figures(demo):
    with open_figures(Settings(home=demo.path)) as opened:
        yield opened


def test_every_metric_has_a_value_or_a_reason(figures):
    silent = {}
    for metric in figures.catalogue.listed():
        text = next((text for grain, text in PERIODS.items() if grain in metric.grains), "2026-10")
        (figure,) = figures.ask(Question([metric.name], parse_period(text)))
        if figure.value is None and not figure.reason:
            silent[metric.name] = figure

    assert silent == {}


def test_every_metric_can_be_asked_by_each_of_its_own_dimensions(figures):
    """Not by those of other marts, which are reached through a key and are the same for all."""
    for metric in figures.catalogue.listed():
        own = {one.name: one for one in figures.catalogue.dimensions(metric).values()}
        model = figures.catalogue.leaf_models(metric)[0]
        names = sorted(name for name, one in own.items() if one.model == model and "__" in one.reference)
        text = next((text for grain, text in PERIODS.items() if grain in metric.grains), "2026-10")
        for name in names:
            figures.ask(Question([metric.name], parse_period(text), by=[name]))


def test_ten_metrics_by_month_cost_less_than_three_cpu_seconds(demo):
    def cpu(*words: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", *words], env=environment, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    environment = {**os.environ, **demo.environment}
    asking = ("from rapport.cli import main; main()", "metric", TEN, "--period", "2025-11..2026-10", "--by", "month")
    cpu(*asking)  # the first time makes the SQL
    machine = min(cpu("import sqlalchemy") for _ in range(3)) / REFERENCE

    assert min(cpu(*asking) for _ in range(3)) / machine < 3
