"""The model of customers' value, fitted and judged: BG/NBD for how often, Gamma-Gamma for how much."""

from typing import TYPE_CHECKING

from rapport.statistics import purchases, spend
from rapport.statistics.tables import Columns

if TYPE_CHECKING:
    import numpy as np

MONTHS = 12  # how far the value looks ahead
_WEEK = 7.0  # days; α is in weeks, as the literature has it
_MONTH = 365.25 / 12  # days
_FITTED = ("frequency", "recency", "age", "mean_value")
FIT = (
    "customers", "repeat_buyers", "r", "alpha", "a", "b", "log_likelihood", "converged",
    "holdout_days", "holdout_expected", "holdout_came",
    "spenders", "p", "q", "gamma", "spend_log_likelihood", "spend_converged", "correlation",
)  # fmt: skip
EXPECTATIONS = ("frequency", "p_alive", "expected_orders", "discounted_orders", "expected_value")


def fit(histories: Columns, calibration: Columns, least_repeat_buyers: int) -> Columns:
    """Fit both models to what is known, and the first to what was known before the hold-out too.

    Nothing is fitted, and what a fit would say is nan, where fewer customers came back than the gate asks for.

    Args:
        histories: one row per customer: frequency (repeat order days), recency and age (days from the first order day to the
            last one and to the last day known), mean_value (of a repeat order day; nan where there is none).
        calibration: the same as it was known `holdout_days` earlier, and later_order_days, which came since.
        least_repeat_buyers: how many customers must have come back.

    Returns:
        One row with the columns of FIT; converged and spend_converged are 1, 0 or nan.
    """
    import numpy as np

    found = dict.fromkeys(FIT, float("nan"))
    histories, calibration = _in_order(histories), _in_order(calibration)
    frequency, mean = histories["frequency"], histories["mean_value"]
    found |= {"customers": len(frequency), "repeat_buyers": int(np.sum(frequency > 0))}
    if found["repeat_buyers"] >= least_repeat_buyers:
        found |= _fit_of_purchases(histories)
        found |= _holdout(calibration)
        spends = (frequency > 0) & (mean > 0)
        found["spenders"] = int(np.sum(spends))
        if found["spenders"] >= least_repeat_buyers:
            found |= _fit_of_spend(frequency[spends], mean[spends])
    return {name: np.array([found[name]], dtype=float) for name in FIT}


def expectations(histories: Columns, fitted: Columns, discount_rate: float) -> Columns:
    """What is to be expected of each customer in the next 12 months.

    Args:
        histories: as `fit` takes them.
        fitted: one row, as `fit` returns it, that converged.
        discount_rate: per year, e.g. 0.1; each month's orders are discounted from its end.

    Returns:
        The columns of EXPECTATIONS: frequency, p_alive (nan before the second order day), expected_orders, discounted_orders,
        expected_value of an order day (nan where spend has no fit).
    """
    import numpy as np

    parameters = tuple(float(fitted[name][0]) for name in ("r", "alpha", "a", "b"))
    x, t_x, age = _weeks(histories)
    until = np.array([
        purchases.expected_purchases(parameters, x, t_x, age, month * _MONTH / _WEEK) for month in range(1, MONTHS + 1)
    ])  # fmt: skip
    worth = (1 + discount_rate) ** (-np.arange(1, MONTHS + 1) / MONTHS)
    discounted = worth @ np.diff(until, axis=0, prepend=0)
    value = np.full(len(x), np.nan)
    if fitted["spend_converged"][0] == 1:
        mean = histories["mean_value"]
        counts = np.where((x > 0) & (mean > 0), x, 0)
        of_spend = tuple(float(fitted[name][0]) for name in ("p", "q", "gamma"))
        value = spend.expected_spend(of_spend, counts, np.where(counts > 0, mean, 0))
    alive = np.where(x > 0, purchases.probability_alive(parameters, x, t_x, age), np.nan)
    return dict(zip(EXPECTATIONS, (x, alive, until[-1], discounted, value), strict=True))


def _in_order(histories: Columns) -> Columns:
    """Customers sorted by what is fitted: sums of doubles, and so where a search ends, depend on the order of adding."""
    import numpy as np

    fitted = [np.asarray(histories[name], dtype=float) for name in _FITTED if name in histories]
    order = np.lexsort(fitted)
    return {name: np.asarray(column)[order] for name, column in histories.items()}


def _fit_of_purchases(histories: Columns) -> dict[str, float]:
    found = _grouped_fit(histories)
    r, alpha, a, b = found.parameters
    return {
        "r": r, "alpha": alpha, "a": a, "b": b,
        "log_likelihood": found.log_likelihood, "converged": float(found.converged),
    }  # fmt: skip


def _holdout(calibration: Columns) -> dict[str, float]:
    """What came in the held-out days, and what the model expected before."""
    import numpy as np

    if not len(calibration["frequency"]):
        return {}
    earlier, days = _grouped_fit(calibration), float(calibration["holdout_days"][0])
    found = {"holdout_days": days, "holdout_came": float(np.sum(calibration["later_order_days"]))}
    if earlier.converged:
        expected = purchases.expected_purchases(earlier.parameters, *_weeks(calibration), days / _WEEK)
        found["holdout_expected"] = float(np.sum(expected))
    return found


def _fit_of_spend(x: "np.ndarray", mean: "np.ndarray") -> dict[str, float]:
    found = spend.fit(x, mean)
    p, q, gamma = found.parameters
    return {
        "p": p, "q": q, "gamma": gamma, "spend_log_likelihood": found.log_likelihood,
        "spend_converged": float(found.converged), "correlation": _correlation(x, mean),
    }  # fmt: skip


def _grouped_fit(histories: Columns) -> purchases.Fit:
    """Whole days make many customers alike: their histories as one number each, which sorts fast."""
    import numpy as np

    x, recency, age = (histories[name].astype(np.int64) for name in ("frequency", "recency", "age"))
    distinct, customers = np.unique((x << 40) | (recency << 20) | age, return_counts=True)
    day = (1 << 20) - 1
    return purchases.fit((distinct >> 40).astype(float), ((distinct >> 20) & day) / _WEEK, (distinct & day) / _WEEK, customers)


def _weeks(histories: Columns) -> tuple["np.ndarray", "np.ndarray", "np.ndarray"]:
    return histories["frequency"], histories["recency"] / _WEEK, histories["age"] / _WEEK


def _correlation(x: "np.ndarray", mean: "np.ndarray") -> float:
    """Pearson's; 0 where one of the two never varies."""
    import numpy as np

    return float(np.corrcoef(x, mean)[0, 1]) if np.std(x) > 0 and np.std(mean) > 0 else 0.0
