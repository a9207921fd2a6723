"""Maximum likelihood for models whose parameters are all positive, with its convergence checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

LOWEST = 1e-4  # of every parameter
STEEPEST = 1e-4  # of the mean log-likelihood, per unit of a parameter's logarithm, where the search has ended
CLOSE = 0.1  # to a limit, in logarithms
POLISHING, STEP, PRECISE = 5, 1e-4, 1e-12  # Newton's steps at the end, their differences, and where they stop
FLAT = 1e-9  # a direction in which the likelihood hardly changes, against the steepest one
DIGITS = 6  # of a parameter that are kept

Likelihood = Callable[[np.ndarray], tuple[float, np.ndarray]]  # the logarithm and its gradient, of parameters


@dataclass(frozen=True)
class Fit:
    """A fitted model: its parameters in order, those at their limit, its log-likelihood, a code of what is wrong if so.

    A parameter at its limit is no failure: it says that customers do not differ in what it describes, or never leave.
    """

    parameters: tuple[float, ...]
    log_likelihood: float
    at_limit: tuple[str, ...] = ()
    problem: str | None = None


def maximise(
    log_likelihood: Likelihood, starts: Sequence[Sequence[float]], highest: dict[str, float], observations: float
) -> Fit:
    """The likeliest parameters up to the highest by name, from several starts; the function gives its gradient too."""

    def cost(logs: np.ndarray) -> tuple[float, np.ndarray]:
        parameters = np.exp(logs)
        value, gradient = log_likelihood(parameters)
        return -value / observations, -gradient * parameters / observations

    bounds = [(np.log(LOWEST), np.log(limit)) for limit in highest.values()]
    options = {"maxiter": 1000, "maxfun": 2000, "ftol": 1e-13, "gtol": 1e-7}
    tried = [
        minimize(cost, np.log(start), jac=True, method="L-BFGS-B", bounds=bounds, options=options) for start in starts
    ]
    best = min(tried, key=lambda found: found.fun if np.isfinite(found.fun) else np.inf)
    low, high = np.array(bounds).T
    at_limit = (best.x <= low + CLOSE) | (best.x >= high - CLOSE)
    logs = _polished(best.x, ~at_limit, lambda at: cost(at)[1])
    value, gradient = cost(logs)
    # At a limit only a slope that leads back inside says that the search has not ended.
    slope = np.where(best.x <= low + CLOSE, np.minimum(gradient, 0), gradient)
    slope = np.where(best.x >= high - CLOSE, np.maximum(slope, 0), slope)
    parameters = tuple(rounded(parameter) for parameter in np.exp(logs))
    reached = tuple(name for name, at in zip(highest, at_limit, strict=True) if at)
    problem = "not_ended" if np.abs(slope).max() > STEEPEST else None
    return Fit(parameters, float(-value * observations), reached, problem if np.isfinite(value) else "not_computed")


def rounded(parameter: float) -> float:
    """The digits of a parameter that are the same on every machine."""
    return float(f"{parameter:.{DIGITS}g}")


def _polished(logs: np.ndarray, free: np.ndarray, gradient: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """The end of the search brought nearer by Newton's method, so that its digits are the same on every machine."""
    places = np.flatnonzero(free)
    for _ in range(POLISHING):
        here = gradient(logs)[places]
        if not len(places) or not np.isfinite(here).all() or np.abs(here).max() < PRECISE:
            break
        steps = np.eye(len(logs))[places] * STEP
        curvature = np.array([(gradient(logs + step) - gradient(logs - step))[places] / (2 * STEP) for step in steps])
        values, vectors = np.linalg.eigh((curvature + curvature.T) / 2)
        if values.min() <= FLAT * values.max():
            break
        move = vectors @ ((vectors.T @ here) / values)
        if np.abs(move).max() > CLOSE:
            break
        logs = logs.copy()
        logs[places] -= move
    return logs
