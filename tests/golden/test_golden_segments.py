"""RFM on known data sets: the segments of the marts are those that pandas finds, from the orders as they were loaded."""

from collections import Counter
from datetime import date

import duckdb
import pytest

from tests.conftest import PROJECT

ROWS = """
    select orders.customer_id, orders.ordered_on, sum(lines.net_amount)::double as amount
    from core.orders as orders join core.order_lines as lines on orders.order_id = lines.order_id
    where coalesce(orders.status, '') != 'cancelled' group by all
"""
# data set → the month end whose cut-offs hold, and the month ends that are compared
CASES = {
    "superstore": ("2017-01-01", ["2017-02-01", "2017-07-01", "2018-01-01"]),
    "cdnow": ("1998-01-01", ["1998-02-01", "1998-07-01"]),
}


def read_home(path, name: str, sql: str):
    with duckdb.connect(str((path / name).resolve()), read_only=True) as connection:
        return connection.execute(sql).df()


def measured(orders, end: str):
    """Recency, order days and revenue of 365 days per customer with an order in them; more is better."""
    import pandas

    end = pandas.Timestamp(end)
    of_year = orders[(orders.ordered_on < end) & (orders.ordered_on >= end - pandas.Timedelta(days=365))]
    by_customer = of_year.groupby("customer_id")
    return pandas.DataFrame(
        {
            "r": -(end - by_customer.ordered_on.max()).dt.days,
            "f": by_customer.ordered_on.nunique(),
            "m": by_customer.amount.sum().round(4),
        }
    )


def scored(values, frozen):
    """The score of each value: at the freeze 1 + floor(5 × (mean rank − ½) / N), later that of the best value it reaches."""
    import numpy

    at_freeze = 1 + numpy.floor(5 * (frozen.rank(method="average") - 0.5) / len(frozen))
    score_of = dict(sorted(zip(frozen, at_freeze, strict=True)))
    steps, scores = list(score_of), list(score_of.values())
    return [scores[place - 1] if place else 1 for place in numpy.searchsorted(steps, values, side="right")]


@pytest.mark.parametrize("name", CASES)
def test_segments_are_those_that_pandas_counts(golden, name):
    import pandas

    home = golden(name)
    orders = read_home(home.path, "warehouse.duckdb", ROWS)
    orders["ordered_on"] = pandas.to_datetime(orders.ordered_on)
    seed = pandas.read_csv(PROJECT / "dbt_project/seeds/rfm_segments.csv")
    segment_of = {(row.r_score, row.f_score): row.segment for row in seed.itertuples()}
    freeze, ends = CASES[name]
    frozen = measured(orders, freeze)

    for end in ends:
        now = measured(orders, end)
        r, f, m = (scored(now[column], frozen[column]) for column in "rfm")
        expected = dict(zip(now.index, zip(r, f, m, strict=True), strict=True))
        marts = read_home(
            home.path,
            "published/current",
            "select customer_id, r_score, f_score, m_score, segment from marts.customer_segments"
            f" where grain = 'month' and period_end = '{end}' and order_days_365 > 0",
        )
        found = {row.customer_id: (row.r_score, row.f_score, row.m_score) for row in marts.itertuples()}
        assert found == expected, (name, end)
        assert Counter(marts.segment) == Counter(segment_of[one, two] for one, two, _ in expected.values())
        assert len(set(marts.segment)) > 4, "the data set tells segments apart"


def test_equal_values_have_equal_scores_where_tiles_break_them(golden):
    """Of CDNOW's customers most bought once: they share a score, and no fifth has a fifth of them."""
    marts = read_home(
        golden("cdnow").path,
        "published/current",
        "select order_days_365 as days, count(distinct f_score) as scores, count(*) as customers from marts.customer_segments"
        f" where grain = 'month' and period_end = '{date(1998, 1, 1)}' and f_score is not null group by 1",
    )

    assert set(marts.scores) == {1}
    assert marts.customers.max() > 0.4 * marts.customers.sum()
