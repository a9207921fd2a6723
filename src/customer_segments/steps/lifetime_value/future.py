"""How far totals may lie from what true models expect: futures are open, and parameters are known roughly."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from customer_segments.steps.lifetime_value import behaviour
from customer_segments.steps.lifetime_value.forecast import Models

DRAWS = 200  # of each customer's future
MOST = 2_000  # customers of a segment who are drawn; they stand for more
TENTHS, APART = (0.1, 0.9), 2.563103  # which lie so many standard deviations apart
SEED = 7
BOUNDLESS = 1e100  # in place of an amount too large for a number
NEVER_SURE = 1e-12  # to leave after an order, at the least


class Spread(NamedTuple):
    """Standard deviations of the logarithm of all orders, and of all revenue (none where no money is told)."""

    orders: float
    revenue: float


def spreads(models: Models, known: pd.DataFrame, weeks: float) -> dict[int | None, Spread]:
    """By segment, and for everyone (None): how far totals may lie from what is expected."""
    sizes = known.groupby("segment").size()
    drawn = pd.concat([_some(group) for _, group in known.groupby("segment")])
    codes, weights = np.unique(drawn["segment"], return_inverse=True)[1], drawn["segment"].map(sizes).to_numpy()
    weights = weights / drawn["segment"].map(drawn.groupby("segment").size()).to_numpy()
    expected = _totals(models, drawn, weeks, codes, weights)
    chance = np.array([_by_chance(models, drawn[codes == code], weeks) for code in range(len(sizes))])
    chance /= np.sqrt(sizes.to_numpy() / np.bincount(codes))[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        together = np.sqrt(((chance * expected[:-1]) ** 2).sum(axis=0)) / expected[-1]
    chance = np.vstack([chance, np.nan_to_num(together)])
    found = np.hypot(chance, _by_parameters(models, drawn, weeks, codes, weights))
    return {key: Spread(*row) for key, row in zip([*sizes.index, None], found.tolist(), strict=True)}


def draw(models: Models, known: pd.DataFrame, weeks: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Futures of each customer, true to the models and to what is known of them: orders, and what they bring."""
    model = models.orders
    r, alpha, a, b = model.fit.parameters
    x, age = (known[name].to_numpy(float) for name in ("repeats", "age"))
    shape = (DRAWS, len(known))
    still = rng.random(shape) < behaviour.still_customers(model, known)
    would = rng.poisson(rng.gamma(r + x, 1 / (alpha + age), shape) * weeks)
    leaves = np.maximum(rng.beta(a, b + x + model.may_leave_at_once, shape), NEVER_SURE)
    orders = np.where(still, np.minimum(would, rng.geometric(leaves)), 0)
    if models.spending is None:
        return orders, np.zeros(shape)
    revenue, (p, q, v) = known["revenue"].to_numpy(float), models.spending.parameters
    spent = np.where(revenue > 0, revenue, 0.0)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        amounts = rng.gamma(p * orders) * (v + spent) / rng.gamma(p * (x + 1) + q, size=shape)
    return orders, np.where((orders > 0) & (revenue > 0), np.nan_to_num(amounts, posinf=BOUNDLESS), 0.0)


def _by_chance(models: Models, known: pd.DataFrame, weeks: float) -> tuple[float, float]:
    """How far totals scatter because each customer's future is open."""
    rng = np.random.default_rng([SEED, len(known)])
    return tuple(_scatter(each.sum(axis=1)) for each in draw(models, known, weeks, rng))


def _scatter(totals: np.ndarray) -> float:
    low, high = np.quantile(totals, TENTHS)
    if low > 0:
        return float(np.log(high / low) / APART)
    mean = totals.mean()
    return float(np.sqrt(np.log1p(totals.var() / mean**2))) if mean > 0 else 0.0


def _by_parameters(
    models: Models, known: pd.DataFrame, weeks: float, codes: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """How far expected totals scatter because the parameters are known roughly: one deviation along each axis."""
    moved = []
    for name, fit in (("orders", models.orders.fit), ("spending", models.spending)):
        if fit is None:
            continue
        values, vectors = np.linalg.eigh(fit.scatter)
        for axis in (vectors * np.sqrt(np.maximum(values, 0))).T[values > 0]:
            up, down = (
                _totals(_with(models, name, np.exp(np.log(fit.parameters) + sign * axis)), known, weeks, codes, weights)
                for sign in (1, -1)
            )
            moved.append(np.log(np.maximum(up, 1e-9) / np.maximum(down, 1e-9)) / 2)
    return np.sqrt((np.array(moved) ** 2).sum(axis=0)) if moved else np.zeros((codes.max() + 2, 2))


def _with(models: Models, name: str, parameters: np.ndarray) -> Models:
    if name == "spending":
        return replace(models, spending=replace(models.spending, parameters=tuple(parameters)))
    fit = replace(models.orders.fit, parameters=tuple(parameters))
    return replace(models, orders=replace(models.orders, fit=fit))


def _totals(models: Models, known: pd.DataFrame, weeks: float, codes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Expected orders and revenue, a row a segment and one for everyone."""
    still = behaviour.still_customers(models.orders, known)
    orders = still * behaviour.expected_if_still(models.orders, known, weeks) * weights
    each = behaviour.expected_spending(models.spending, known) if models.spending else 0.0
    revenue = orders * each
    by_segment = np.column_stack([np.bincount(codes, weights=each) for each in (orders, revenue)])
    return np.vstack([by_segment, by_segment.sum(axis=0)])


def _some(group: pd.DataFrame) -> pd.DataFrame:
    """The customers of a segment, or as many of them as are drawn, evenly among them."""
    if len(group) <= MOST:
        return group
    return group.iloc[np.linspace(0, len(group) - 1, MOST).round().astype(int)]
