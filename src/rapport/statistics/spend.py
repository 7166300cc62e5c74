"""Gamma-Gamma: what a customer spends at a time, when what it has spent so far says only so much.

P. S. Fader, B. G. S. Hardie, The Gamma-Gamma Model of Monetary Value (2013). What is spent at one time varies around the
customer's mean by a gamma distribution of shape p, and the means differ between customers by an inverse gamma one (q, γ).
It holds only where spend and frequency have nothing to do with each other.
"""

from typing import TYPE_CHECKING

from rapport.statistics.likelihood import Fit, maximise

if TYPE_CHECKING:
    import numpy as np


def fit(x: "np.ndarray", mean: "np.ndarray") -> Fit:
    """Fit p, q, γ by maximum likelihood (equation 1a).

    Args:
        x: of each customer, how many purchases its mean is of; at least 1.
        mean: what it spent at a time, above 0, in any currency; γ comes out in it.
    """
    import numpy as np
    from scipy.special import gammaln, psi

    unit = float(np.mean(mean))
    z, log_z, log_x = mean / unit, np.log(mean / unit), np.log(x)

    def log_likelihood(parameters: "np.ndarray") -> tuple[float, "np.ndarray"]:
        p, q, gamma = parameters
        all_spent = gamma + x * z
        total = np.sum(
            gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma)
            + (p * x - 1) * log_z + p * x * log_x - (p * x + q) * np.log(all_spent)
        )  # fmt: skip
        slopes = (
            x * (psi(p * x + q) - psi(p * x) + log_z + log_x - np.log(all_spent)),
            psi(p * x + q) - psi(q) + np.log(gamma) - np.log(all_spent),
            q / gamma - (p * x + q) / all_spent,
        )
        return float(total), np.array([np.sum(slope) for slope in slopes])

    found = maximise(log_likelihood, (2.0, 3.0, 2.0), float(len(x)))
    p, q, gamma = found.parameters
    return Fit((p, q, gamma * unit), found.log_likelihood - len(x) * float(np.log(unit)), found.converged)


def expected_spend(parameters: tuple[float, float, float], x: "np.ndarray", mean: "np.ndarray") -> "np.ndarray":
    """What a customer will spend at a time: its own mean, drawn towards everybody's (equation 5); for x = 0 everybody's.

    The mean exists for p x + q above 1 only; where it does not, this is nan.
    """
    import numpy as np

    p, q, gamma = parameters
    x = np.asarray(x)
    spent, weight = gamma + np.where(x > 0, x * mean, 0), p * x + q - 1
    return np.where(weight > 0, p * spent / np.where(weight > 0, weight, 1), np.nan)
