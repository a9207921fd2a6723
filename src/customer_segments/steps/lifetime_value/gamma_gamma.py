"""Gamma-Gamma (Fader and Hardie, 2013): what a customer spends on a day with orders, learned from all who spend.

Amounts vary around each customer's own mean by a gamma distribution (p), and the means between customers by another
(q, v). A customer with few orders is drawn towards everyone's mean, one with many is believed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import digamma, gammaln

from customer_segments.steps.lifetime_value.fitting import Fit, maximise, rounded

HIGHEST = {"p": 1e4, "q": 1e4, "v": 1e5}  # beyond these amounts do not differ in any way that shows


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

    def log_likelihood(parameters: np.ndarray) -> tuple[float, np.ndarray]:
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

    fit = maximise(log_likelihood, [(1.0, 2.0, 1.0), (5.0, 4.0, 1.0), (0.5, 3.0, 5.0)], HIGHEST, len(orders))
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
