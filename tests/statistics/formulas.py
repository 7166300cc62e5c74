"""A customer's value by the formulas as they were printed, for one customer: what the published numbers are checked against."""

from datetime import date, timedelta

MONTH = 365.25 / 12 / 7  # weeks


def alive_and_worth(parameters: dict[str, float], days: list[tuple[date, float]], end: date) -> tuple[float, float]:
    """The probability that a customer is alive, and the discounted margin of the next twelve months.

    Equation 10 of Fader, Hardie & Lee (2005), by month and at 10 % a year, times equation 5 of the note on Gamma-Gamma.

    Args:
        parameters: r, alpha, a, b (in weeks) of the purchases, p, q, gamma of the spend.
        days: order days with their margin, in the order of days; two or more.
        end: the day after the last one known.
    """
    from scipy.special import hyp2f1

    r, alpha, a, b, p, q, gamma = (parameters[name] for name in ("r", "alpha", "a", "b", "p", "q", "gamma"))
    (first, _), *repeats = days
    x, t_x, age = len(repeats), (repeats[-1][0] - first).days / 7, (end - timedelta(days=1) - first).days / 7
    gone = a / (b + x - 1) * ((alpha + age) / (alpha + t_x)) ** (r + x)

    def orders(weeks: float) -> float:
        series = hyp2f1(r + x, b + x, a + b + x - 1, weeks / (alpha + age + weeks))
        return (a + b + x - 1) / (a - 1) * (1 - ((alpha + age) / (alpha + age + weeks)) ** (r + x) * series) / (1 + gone)

    until = [orders(month * MONTH) if month else 0.0 for month in range(13)]
    discounted = sum((until[month] - until[month - 1]) / 1.1 ** (month / 12) for month in range(1, 13))
    spend = p * (gamma + sum(margin for _, margin in repeats)) / (p * x + q - 1)
    return 1 / (1 + gone), discounted * spend
