"""Whether the models of lifetime value find what is true of simulated customers, and forecast what these then do."""

from __future__ import annotations

import numpy as np
import pandas as pd

from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value.forecast import fit_models, forecast, problem
from customer_segments.steps.retention.order_days import DAYS_OF_A_WEEK

CDNOW = (0.243, 4.414, 0.793, 2.426)  # r, alpha, a, b as published for CDNOW (Fader, Hardie and Lee, 2005)
SPENDING = (6.0, 4.0, 15.0)  # p, q, v


def shop(
    customers: int,
    parameters: tuple[float, ...] = CDNOW,
    weeks: float = 39.0,
    seed: int = 1,
    may_leave_at_once: bool = False,
) -> pd.DataFrame:
    """Histories of customers who came within the first third of the weeks, with what is true of them.

    Besides the columns of a history: `still` a customer at the end, and their own `rate` and chance to leave, `leaves`.
    """
    rng = np.random.default_rng(seed)
    r, alpha, a, b = parameters
    rate, leaves = rng.gamma(r, 1 / alpha, customers), rng.beta(a, b, customers)
    age = np.ceil(rng.uniform(weeks * 2 / 3, weeks, customers) * 7) / 7
    repeats, recency, now = np.zeros(customers, int), np.zeros(customers), np.zeros(customers)
    still = rng.random(customers) >= leaves if may_leave_at_once else np.ones(customers, bool)
    ordering = still.copy()
    while ordering.any():
        who = np.flatnonzero(ordering)
        now[who] += rng.exponential(1 / rate[who])
        came = now[who] < age[who]
        ordering[who[~came]] = False
        came = who[came]
        repeats[came] += 1
        recency[came] = now[came]
        left = came[rng.random(len(came)) < leaves[came]]
        ordering[left] = still[left] = False
    p, q, v = SPENDING
    revenue = rng.gamma(p * (repeats + 1), 1 / rng.gamma(q, 1 / v, customers))
    return pd.DataFrame(
        {
            "customer_id": [f"C{number:06}" for number in range(customers)],
            "segment": 1 + (repeats == 0),
            "repeats": repeats,
            "recency": recency,
            "age": age,
            "revenue": revenue,
            "still": still,
            "rate": rate,
            "leaves": leaves,
        }
    )


def orders_after(known: pd.DataFrame, weeks: float, seed: int = 2) -> np.ndarray:
    """How many orders each of these customers places in the weeks after, true to what they are."""
    rng = np.random.default_rng(seed)
    count, now, ordering = np.zeros(len(known)), np.zeros(len(known)), known["still"].to_numpy().copy()
    rate, leaves = known["rate"].to_numpy(), known["leaves"].to_numpy()
    while ordering.any():
        who = np.flatnonzero(ordering)
        now[who] += rng.exponential(1 / rate[who])
        came = now[who] < weeks
        ordering[who[~came]] = False
        came = who[came]
        count[came] += 1
        ordering[came[rng.random(len(came)) < leaves[came]]] = False
    return count


def recovery(draws: int, customers: int = 5000) -> pd.DataFrame:
    """One row per simulated shop of random parameters: the model kept, chances and forecasts against the truth."""
    rows = []
    for draw in range(draws):
        rng = np.random.default_rng([draw, customers])
        parameters = tuple(np.exp(rng.uniform(np.log((0.3, 2.0, 0.2, 1.0)), np.log((3.0, 20.0, 1.5, 6.0)))))
        modified, weeks = bool(draw % 2), float(rng.choice([52, 104]))
        known = shop(customers, parameters, weeks, draw, modified)
        models = fit_models(known, LifetimeValueParams())
        predicted = forecast(models, known, int(weeks * DAYS_OF_A_WEEK), discount_rate=0.0)
        came = orders_after(known, weeks, draw + draws).sum()
        p, q, v = models.spending.parameters
        rows.append(
            {
                "converged": problem(models) is None,
                "right_model": models.orders.may_leave_at_once == modified,
                "still_customers_off": predicted["alive_probability"].mean() - known["still"].mean(),
                "orders_off": predicted["expected_orders"].sum() / came - 1,
                "mean_spending_off": p * v / (q - 1) / (SPENDING[0] * SPENDING[2] / (SPENDING[1] - 1)) - 1,
            }
        )
    return pd.DataFrame(rows)


def summary(draws: int) -> pd.DataFrame:
    """Over all simulated shops: the share that went right, and the typical and largest errors."""
    found = recovery(draws)
    right = {name: float(found[name].mean()) for name in ("converged", "right_model")}
    errors = found.drop(columns=list(right)).abs()
    sizes = {f"{name} ({what})": value for what in ("median", "max") for name, value in errors.agg(what).items()}
    return pd.Series(right | sizes).rename_axis("what").reset_index(name="value")


if __name__ == "__main__":
    print(summary(draws=200).to_string(index=False))
