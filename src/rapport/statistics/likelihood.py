"""Maximum likelihood for parameters above zero, on observations that are grouped and counted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_FARTHEST = 12.0  # of a parameter's logarithm: e^12 = 160,000 times the start; who gets there has no maximum


@dataclass(frozen=True)
class Fit:
    """The maximum that was found.

    Args:
        parameters: in the order of the model.
        log_likelihood: of all observations.
        converged: whether it is a maximum: the slope is flat there and no parameter ran away.
    """

    parameters: tuple[float, ...]
    log_likelihood: float
    converged: bool


def maximise(log_likelihood: Callable[["np.ndarray"], tuple[float, "np.ndarray"]], start: tuple[float, ...], n: float) -> Fit:
    """Find the parameters that make the observations likeliest.

    The search runs over their logarithms, which keeps them above zero (L-BFGS-B with the model's own gradient).

    Args:
        log_likelihood: of parameters, with its gradient.
        start: parameters to begin with, above 0.
        n: number of observations, by which the sum is divided so that tolerances mean the same for any number.
    """
    import numpy as np
    from scipy.optimize import minimize

    def downhill(logs: "np.ndarray") -> tuple[float, "np.ndarray"]:
        parameters = np.exp(logs)
        value, gradient = log_likelihood(parameters)
        return -value / n, -gradient * parameters / n

    first = np.log(np.array(start))
    found = minimize(
        downhill,
        first,
        jac=True,
        method="L-BFGS-B",
        bounds=[(one - _FARTHEST, one + _FARTHEST) for one in first],
        options={"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-8},
    )
    ran_away = bool(np.any(np.abs(found.x - first) > _FARTHEST * 0.8))
    is_flat = bool(np.all(np.abs(found.jac) < 1e-4))
    parameters = tuple(float(one) for one in np.exp(found.x))
    return Fit(parameters, float(-found.fun * n), is_flat and not ran_away and bool(np.isfinite(found.fun)))
