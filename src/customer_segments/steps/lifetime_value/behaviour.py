"""The two models of customers' behaviour: when they order until they leave, and what they spend on a day with orders.

BG/NBD (Fader, Hardie and Lee, 2005): customers order at random, each at a rate of their own, until they leave. Rates
vary between customers by a gamma distribution (r, alpha); after every repeat order a customer leaves with a
probability of their own, which varies by a beta distribution (a, b). In the modified model (Batislam, Denizel and
Filiztekin, 2007) they may leave after the first order too; it has one more `chance` to leave, and no other difference.

Gamma-Gamma (Fader and Hardie, 2013): amounts vary around each customer's own mean by a gamma distribution (p), and the
means between customers by another (q, v). A customer with few orders is drawn towards everyone's mean, one with many
is believed.

Both are fitted by maximum likelihood, of parameters that are all positive, and it is checked that the search ended.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import digamma, expit, gammaln, hyp2f1

# Beyond these customers, or amounts, do not differ in any way that shows.
HIGHEST_OF_ORDERS = {"r": 1e3, "alpha": 1e6, "a": 1e2, "b": 1e3}
HIGHEST_OF_SPENDING = {"p": 1e4, "q": 1e4, "v": 1e5}
LOWEST = 1e-4  # of every parameter
STEEPEST = 1e-4  # of the mean log-likelihood, per unit of a parameter's logarithm, where the search has ended
CLOSE = 0.1  # to a limit, in logarithms
POLISHING, STEP, PRECISE = 5, 1e-4, 1e-12  # Newton's steps at the end, their differences, and where they stop
FLAT = 1e-9  # a direction in which the likelihood hardly changes, against the steepest one
DIGITS = 6  # of a parameter that are kept
VAGUE = 2.0  # how far a parameter's logarithm may lie from the likeliest one where the data say nothing of it
KEPT = 4  # digits of a covariance
SINGULAR = 1e-5  # the expected orders divide by a - 1, which they do not really depend on at a = 1

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
    covariance: tuple[tuple[float, ...], ...] = ()  # of the parameters' logarithms; none at a limit

    @property
    def scatter(self) -> np.ndarray:
        """The covariance of the parameters' logarithms."""
        count = len(self.parameters)
        return np.array(self.covariance) if self.covariance else np.zeros((count, count))


@dataclass(frozen=True)
class OrderModel:
    """A fitted model of when customers order and when they leave."""

    fit: Fit
    may_leave_at_once: bool  # also after the first order

    @property
    def name(self) -> str:
        return "MBG/NBD" if self.may_leave_at_once else "BG/NBD"

    @property
    def kind(self) -> str:
        """What the setting calls it."""
        return "mbg_nbd" if self.may_leave_at_once else "bg_nbd"

    @property
    def converged(self) -> bool:
        return self.fit.problem is None


def fit_orders(known: pd.DataFrame, may_leave_at_once: bool) -> OrderModel:
    """The likeliest model for customers with these repeats, recencies and ages."""
    rows, counts, _ = distinct(known, ["repeats", "recency", "age"])
    repeats, age = (np.average(rows[name].to_numpy(float), weights=counts) for name in ("repeats", "age"))
    rate = max(repeats / age, 1e-4)
    starts = [(r, r / rate, a, b) for r, a, b in ((1.0, 1.0, 2.5), (0.3, 0.5, 5.0), (3.0, 0.3, 1.0))]
    fit = maximise(log_likelihood(rows, counts, may_leave_at_once), starts, HIGHEST_OF_ORDERS, counts.sum())
    return OrderModel(fit, may_leave_at_once)


def still_customers(model: OrderModel, known: pd.DataFrame) -> np.ndarray:
    """The probability that each customer has not left."""
    r, alpha, a, b = model.fit.parameters
    x, recency, age = (known[name].to_numpy(float) for name in ("repeats", "recency", "age"))
    chances = x + model.may_leave_at_once
    with np.errstate(divide="ignore", invalid="ignore"):
        log_odds = np.log(b + chances - 1) - np.log(a) - (r + x) * (np.log(alpha + age) - np.log(alpha + recency))
    return np.where(chances > 0, expit(log_odds), 1.0)


def expected_if_still(model: OrderModel, known: pd.DataFrame, weeks: float) -> np.ndarray:
    """The orders to expect of each customer in the coming weeks, were they certain to be a customer today."""
    r, alpha, a, b = model.fit.parameters
    if abs(a - 1) < SINGULAR:
        a = 1 + SINGULAR
    rows, _, place = distinct(known, ["repeats", "age"])
    x, age = rows["repeats"].to_numpy(float), rows["age"].to_numpy(float)
    chances = x + model.may_leave_at_once
    # By Euler's transformation, which keeps every factor of moderate size also for thousands of orders.
    z = weeks / (alpha + age + weeks)
    stay = (1 - z) ** (a - 1) * hyp2f1(a + b - 1 - r + chances - x, a - 1, a + b + chances - 1, z)
    return ((a + b + chances - 1) / (a - 1) * (1 - stay))[place]


def log_likelihood(rows: pd.DataFrame, counts: np.ndarray, may_leave_at_once: bool) -> Likelihood:
    """The log-likelihood of parameters and its gradient, for distinct customers who occur so often."""
    x, recency, age = (rows[name].to_numpy(float) for name in ("repeats", "recency", "age"))
    # What depends on the repeats alone is computed once for each number.
    n, place = np.unique(x, return_inverse=True)
    by_repeats = np.bincount(place, weights=counts)
    may_have_left = x + may_leave_at_once > 0

    def of(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        r, alpha, a, b = parameters
        chances = n + may_leave_at_once
        rates = gammaln(r + n) - gammaln(r) + r * np.log(alpha)
        stays = gammaln(a + b) - gammaln(a + b + chances) + gammaln(b + chances) - gammaln(b)
        log_now, log_then, last_chance = np.log(alpha + age), np.log(alpha + recency), b + x + may_leave_at_once - 1
        stayed = -(r + x) * log_now
        with np.errstate(divide="ignore", invalid="ignore"):
            left = np.where(may_have_left, np.log(a) - np.log(last_chance) - (r + x) * log_then, -np.inf)
        either = np.logaddexp(stayed, left)
        value = by_repeats @ (rates + stays) + counts @ either

        w_then = np.exp(left - either)
        w_now = 1 - w_then
        d_r = by_repeats @ (digamma(r + n) - digamma(r) + np.log(alpha)) - counts @ (
            w_now * log_now + w_then * log_then
        )
        d_alpha = counts.sum() * r / alpha - counts @ ((r + x) * (w_now / (alpha + age) + w_then / (alpha + recency)))
        both = digamma(a + b) - digamma(a + b + chances)
        d_a = by_repeats @ both + counts @ w_then / a
        share = np.divide(w_then, last_chance, out=np.zeros_like(w_then), where=may_have_left)
        d_b = by_repeats @ (both + digamma(b + chances) - digamma(b)) - counts @ share
        return float(value), np.array([d_r, d_alpha, d_a, d_b])

    return of


def spenders(known: pd.DataFrame) -> pd.DataFrame:
    """The customers who netted something; the model knows only amounts above zero."""
    return known[known["revenue"] > 0]


def fit_spending(known: pd.DataFrame) -> Fit:
    """The likeliest model for the mean revenue per day with orders, the first included, of all who netted something."""
    found = spenders(known)
    orders = found["repeats"].to_numpy(float) + 1
    mean = found["revenue"].to_numpy() / orders
    scale = float(np.median(mean))  # so that v starts and stays at a moderate size in any currency
    log_scale = float(np.log(scale))
    total, logs = orders * mean / scale, np.log(mean / scale)
    numbers, place = np.unique(orders, return_inverse=True)
    by_number = np.bincount(place)
    sums = (logs @ orders, logs.sum(), orders @ np.log(orders), orders.sum())

    def likelihood(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        p, q, v = parameters
        pull = np.log(v + total)
        value = (
            by_number @ (gammaln(p * numbers + q) - gammaln(p * numbers) - gammaln(q))
            + len(orders) * q * np.log(v)
            + p * sums[0] - sums[1] + p * sums[2]
            - (p * orders + q) @ pull
        )  # fmt: skip
        both = digamma(p * numbers + q)
        d_p = (by_number * numbers) @ (both - digamma(p * numbers)) + sums[0] + sums[2] - orders @ pull
        d_q = by_number @ (both - digamma(q)) + len(orders) * np.log(v) - pull.sum()
        d_v = len(orders) * q / v - ((p * orders + q) / (v + total)).sum()
        return float(value), np.array([d_p, d_q, d_v])

    fit = maximise(likelihood, [(1.0, 2.0, 1.0), (5.0, 4.0, 1.0), (0.5, 3.0, 5.0)], HIGHEST_OF_SPENDING, len(orders))
    p, q, v = fit.parameters
    return replace(
        fit, parameters=(p, q, rounded(v * scale)), log_likelihood=fit.log_likelihood - len(orders) * log_scale
    )


def expected_spending(fit: Fit, known: pd.DataFrame) -> np.ndarray:
    """What each customer can be expected to spend on a day with orders; nothing for those who netted nothing."""
    p, q, v = fit.parameters
    orders, revenue = known["repeats"].to_numpy(float) + 1, known["revenue"].to_numpy()
    expected = p * (v + revenue) / (p * orders + q - 1)
    # A single order with q below 1 - p has no finite mean; its own amount is all that is known.
    return np.where(revenue > 0, np.where(p * orders + q > 1, expected, revenue / orders), 0.0)


def distinct(table: pd.DataFrame, columns: list[str]) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """The distinct rows of some columns, how often each occurs, and the place of every row's one among them."""
    grouped = table.groupby(columns, sort=True)
    counted = grouped.size()
    return counted.index.to_frame(index=False), counted.to_numpy(), grouped.ngroup().to_numpy()


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
    covariance = _covariance(logs, ~at_limit, lambda at: cost(at)[1] * observations)
    problem = problem if np.isfinite(value) else "not_computed"
    return Fit(parameters, float(-value * observations), reached, problem, covariance)


def rounded(parameter: float) -> float:
    """The digits of a parameter that are the same on every machine."""
    return float(f"{parameter:.{DIGITS}g}")


def _covariance(
    logs: np.ndarray, free: np.ndarray, gradient: Callable[[np.ndarray], np.ndarray]
) -> tuple[tuple[float, ...], ...]:
    """How the logarithms of the free parameters scatter around the likeliest: the inverse of the curvature there."""
    places, found = np.flatnonzero(free), np.zeros((len(logs), len(logs)))
    bent = _curvature(logs, places, gradient) + np.eye(len(places)) / VAGUE**2
    if len(places) and np.isfinite(bent).all():
        values, vectors = np.linalg.eigh(bent)
        found[np.ix_(places, places)] = (vectors / np.maximum(values, 1 / VAGUE**2)) @ vectors.T
    return tuple(tuple(float(f"{entry:.{KEPT}g}") for entry in row) for row in found)


def _curvature(logs: np.ndarray, places: np.ndarray, gradient: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """How the gradient changes along some of the parameters."""
    steps = np.eye(len(logs))[places] * STEP
    found = np.array([(gradient(logs + step) - gradient(logs - step))[places] / (2 * STEP) for step in steps])
    return (found + found.T) / 2 if len(places) else np.zeros((0, 0))


def _polished(logs: np.ndarray, free: np.ndarray, gradient: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """The end of the search brought nearer by Newton's method, so that its digits are the same on every machine."""
    places = np.flatnonzero(free)
    for _ in range(POLISHING):
        here = gradient(logs)[places]
        if not len(places) or not np.isfinite(here).all() or np.abs(here).max() < PRECISE:
            break
        values, vectors = np.linalg.eigh(_curvature(logs, places, gradient))
        if values.min() <= FLAT * values.max():
            break
        move = vectors @ ((vectors.T @ here) / values)
        if np.abs(move).max() > CLOSE:
            break
        logs = logs.copy()
        logs[places] -= move
    return logs
