"""The rule of expected orders on real purchases: the usual gap against the same gap as last time (docs/DECISIONS.md)."""

from collections import defaultdict
from itertools import pairwise
from statistics import fmean, median

import pytest


def test_the_usual_gap_beats_the_last_one_on_cdnow(cdnow):
    off, off_same = _days_off(cdnow.sql("select customer, day from order_days order by all").fetchall())

    assert off < 0.85 * off_same


def test_the_usual_gap_beats_the_last_one_on_superstore(superstore):
    days = superstore.sql('select distinct "Customer ID", cast("Order Date" as date) from lines order by all').fetchall()
    off, off_same = _days_off(days)

    assert (off, off_same) == (pytest.approx(121.8, abs=0.5), pytest.approx(145.8, abs=0.5))


def _days_off(rows) -> tuple[float, float]:
    """Mean days between an order and the day expected, from the fifth order day on: by the usual gap, by the last one."""
    days, usual, same = defaultdict(list), [], []
    for customer, day in rows:
        days[customer].append(day.toordinal())
    for own in days.values():
        gaps = [after - before for before, after in pairwise(own)]
        for turn in range(3, len(gaps)):
            usual.append(abs(gaps[turn] - median(gaps[max(0, turn - 12) : turn])))
            same.append(abs(gaps[turn] - gaps[turn - 1]))
    return fmean(usual), fmean(same)
