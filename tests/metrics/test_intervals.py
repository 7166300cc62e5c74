"""Intervals: Newcombe's against the examples that he published."""

import pytest

from rapport.metrics.intervals import newcombe

# Newcombe (1998), Statistics in Medicine 17, table II, method 10.
PUBLISHED = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((10, 10, 0, 20), (0.6791, 1.0000)),
    ((10, 10, 0, 10), (0.6075, 1.0000)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
]


@pytest.mark.parametrize(("counts", "interval"), PUBLISHED)
def test_the_difference_of_two_shares_has_the_published_interval(counts, interval):
    low, high = newcombe(*counts)

    assert (float(low), float(high)) == pytest.approx([100 * one for one in interval], abs=0.01)
