"""Spending is learned from everyone, and a customer of few orders is drawn towards everyone's mean."""

import numpy as np
import pandas as pd
import pytest

from calibration.lifetime import SPENDING, shop
from customer_segments.steps.lifetime_value.behaviour import Fit, expected_spending, fit_spending, spenders

SHOP = shop(20_000)


def people(*rows):
    return pd.DataFrame(rows, columns=["repeats", "revenue"])


def test_simulated_parameters_are_found_again():
    fit = fit_spending(SHOP)
    assert fit.problem is None
    assert fit.parameters == pytest.approx(SPENDING, rel=0.1)


def test_another_currency_changes_the_scale_only():
    fit, in_cents = fit_spending(SHOP), fit_spending(SHOP.assign(revenue=SHOP["revenue"] * 100))
    assert in_cents.parameters[:2] == pytest.approx(fit.parameters[:2], rel=1e-3)
    assert in_cents.parameters[2] == pytest.approx(100 * fit.parameters[2], rel=1e-3)


def test_the_expected_amount_lies_between_everyones_mean_and_ones_own_and_nearer_to_it_the_more_orders():
    fit = Fit(SPENDING, 0.0)
    everyone = 6.0 * 15.0 / (4.0 - 1)
    once, often = expected_spending(fit, people((0, 100.0), (49, 5000.0)))
    assert everyone < once < often < 100


def test_who_netted_nothing_is_left_out_and_expected_to_bring_nothing():
    known = people((0, 50.0), (3, 0.0), (1, -20.0))
    assert len(spenders(known)) == 1
    assert expected_spending(Fit(SPENDING, 0.0), known)[1:].tolist() == [0, 0]


def test_an_infinite_mean_falls_back_on_what_was_spent():
    assert expected_spending(Fit((0.2, 0.5, 1.0), 0.0), people((0, 80.0))) == 80


def test_the_mean_over_customers_is_what_they_truly_spend():
    p, q, v = SPENDING
    rng = np.random.default_rng(6)
    own = p / rng.gamma(q, 1 / v, 50_000)
    revenue = rng.gamma(p * 2, own / p)
    known = pd.DataFrame({"repeats": 1, "revenue": revenue})
    assert expected_spending(Fit(SPENDING, 0.0), known).mean() == pytest.approx(own.mean(), rel=0.01)
