"""BG/NBD: how often a customer buys who has no contract, and whether it is still there.

P. S. Fader, B. G. S. Hardie, K. L. Lee, "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model,
Marketing Science 24 (2005), 275–284. A customer buys at a rate that differs between customers by a gamma distribution (r, α),
and after each purchase is gone for good with a probability that differs by a beta distribution (a, b).

Everywhere: x is the number of repeat purchases, t_x the time of the last one and T the time observed, both since the first
purchase and in one unit, which is α's. Arrays may have any shape that numpy broadcasts.
"""

from typing import TYPE_CHECKING

from rapport.statistics.likelihood import Fit, maximise

if TYPE_CHECKING:
    import numpy as np

Parameters = tuple[float, float, float, float]  # r, α, a, b


def fit(x: "np.ndarray", t_x: "np.ndarray", age: "np.ndarray", customers: "np.ndarray") -> Fit:
    """Fit r, α, a, b by maximum likelihood (equation 6, as A1…A4 of the authors' spreadsheet note, 2005).

    Args:
        x, t_x, age: of each distinct history.
        customers: how many customers have it.
    """
    import numpy as np
    from scipy.special import gammaln, psi

    repeats, place = np.unique(x, return_inverse=True)  # gamma functions once per distinct x: there are few

    def log_likelihood(parameters: "np.ndarray") -> tuple[float, "np.ndarray"]:
        r, alpha, a, b = parameters
        of_x = (
            gammaln(r + repeats) - gammaln(r) + gammaln(a + b) + gammaln(b + repeats) - gammaln(b) - gammaln(a + b + repeats)
        )[place]
        alive = -(r + x) * np.log(alpha + age)
        gone = np.where(
            x > 0, np.log(a) - np.log(np.where(x > 0, b + x - 1, 1)) - (r + x) * np.log(alpha + t_x), -np.inf
        )  # fmt: skip
        either = np.logaddexp(alive, gone)
        total = np.sum(customers * (of_x + r * np.log(alpha) + either))

        is_alive, is_gone = np.exp(alive - either), np.exp(gone - either)
        both = psi(a + b) - psi(a + b + repeats)
        slopes = (
            (psi(r + repeats) - psi(r))[place] + np.log(alpha) - is_alive * np.log(alpha + age) - is_gone * np.log(alpha + t_x),
            r / alpha - (r + x) * (is_alive / (alpha + age) + is_gone / (alpha + t_x)),
            both[place] + is_gone / a,
            (both + psi(b + repeats) - psi(b))[place] - np.where(x > 0, is_gone / np.where(x > 0, b + x - 1, 1), 0),
        )
        return float(total), np.array([np.sum(customers * slope) for slope in slopes])

    bought, observed = float(np.sum(customers * x)), float(np.sum(customers * age))
    if not bought or not observed:
        return Fit((float("nan"),) * 4, float("nan"), converged=False)  # nobody came back: nothing tells the rate
    return maximise(log_likelihood, (0.5, 0.5 * observed / bought, 0.8, 2.5), float(np.sum(customers)))


def probability_alive(parameters: Parameters, x: "np.ndarray", t_x: "np.ndarray", age: "np.ndarray") -> "np.ndarray":
    """The probability that a customer still buys (their note "Computing P(alive) Using the BG/NBD Model", 2008).

    The model lets nobody leave before the second purchase, so that it is 1 for x = 0 and says nothing.
    """
    return 1 / (1 + _odds_of_having_left(parameters, x, t_x, age))


def expected_purchases(
    parameters: Parameters, x: "np.ndarray", t_x: "np.ndarray", age: "np.ndarray", time: "np.ndarray"
) -> "np.ndarray":
    """The purchases to be expected in the `time` after the time observed (equation 10).

    Euler's transformation of the hypergeometric function, (1−z)^(r+x) ₂F₁(r+x, b+x; a+b+x−1; z) =
    (1−z)^(a−1) ₂F₁(a+b−1−r, a−1; a+b+x−1; z), leaves no large number in it, whatever x is.
    """
    import numpy as np
    from scipy.special import hyp2f1

    r, alpha, a, b = parameters
    if abs(a - 1) < 1e-6:
        a = 1 + 1e-6  # the limit exists, the formula has a hole there
    z = time / (alpha + age + time)
    left = np.power(1 - z, a - 1) * hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, z)
    return (a + b + x - 1) / (a - 1) * (1 - left) / (1 + _odds_of_having_left((r, alpha, a, b), x, t_x, age))


def _odds_of_having_left(parameters: Parameters, x: "np.ndarray", t_x: "np.ndarray", age: "np.ndarray") -> "np.ndarray":
    import numpy as np

    r, alpha, a, b = parameters
    x = np.asarray(x)
    with np.errstate(over="ignore"):
        odds = a / np.where(x > 0, b + x - 1, 1) * np.exp((r + x) * (np.log(alpha + age) - np.log(alpha + t_x)))
    return np.where(x > 0, odds, 0)
