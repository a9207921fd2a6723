"""The order models find the parameters of simulated customers, and forecast what these then do."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.optimize import approx_fprime
from scipy.special import betaln

from calibration.lifetime import CDNOW, orders_after, shop
from customer_segments.steps.lifetime_value.behaviour import (
    Fit,
    OrderModel,
    expected_if_still,
    fit_orders,
    log_likelihood,
    still_customers,
)

SHOP = shop(20_000)
FITTED = fit_orders(SHOP, may_leave_at_once=False)


def model_of(*parameters, may_leave_at_once=False):
    return OrderModel(Fit(parameters, 0.0), may_leave_at_once)


def history(repeats, recency, age):
    return pd.DataFrame({"repeats": [repeats], "recency": [recency], "age": [age]})


def likelihood_of(parameters, known, may_leave_at_once):
    return log_likelihood(known, np.ones(len(known)), may_leave_at_once)(parameters)


def test_cdnows_published_parameters_are_found_again():
    assert FITTED.fit.problem is None
    assert FITTED.fit.at_limit == ()
    r, alpha, a, b = FITTED.fit.parameters
    assert r == pytest.approx(CDNOW[0], rel=0.05)
    assert alpha == pytest.approx(CDNOW[1], rel=0.08)
    assert a / (a + b) == pytest.approx(CDNOW[2] / (CDNOW[2] + CDNOW[3]), rel=0.08)
    assert (a, b) == pytest.approx(CDNOW[2:], rel=0.25)


def test_the_modified_model_finds_its_parameters_and_is_the_likelier_one_where_it_is_true():
    known = shop(20_000, (1.5, 6.0, 0.8, 2.5), may_leave_at_once=True)
    modified, plain = (fit_orders(known, may_leave_at_once) for may_leave_at_once in (True, False))
    assert modified.fit.parameters == pytest.approx((1.5, 6.0, 0.8, 2.5), rel=0.12)
    assert modified.fit.log_likelihood > plain.fit.log_likelihood + 100


@pytest.mark.parametrize("may_leave_at_once", [False, True])
@pytest.mark.parametrize("parameters", [CDNOW, (2.0, 10.0, 0.05, 3.0), (0.5, 1.0, 4.0, 0.7)])
def test_the_gradient_is_that_of_the_likelihood(parameters, may_leave_at_once):
    known = SHOP.head(500)
    point = np.array(parameters)
    numeric = approx_fprime(point, lambda at: likelihood_of(at, known, may_leave_at_once)[0], 1e-7)
    assert likelihood_of(point, known, may_leave_at_once)[1] == pytest.approx(numeric, rel=1e-3, abs=0.05)


def test_the_likelihood_is_the_published_one():
    # L(r, alpha, a, b | x=2, t_x=10, T=20) as in equation 6 of Fader, Hardie and Lee (2005), by numerical integration.
    r, alpha, a, b = CDNOW
    chance = (np.exp(betaln(a, b + 2)), np.exp(betaln(a + 1, b + 1)))
    rates = [
        quad(lambda rate, t=t: rate ** (2 + r - 1) * np.exp(-rate * (alpha + t)), 0, np.inf)[0] for t in (20.0, 10.0)
    ]
    norm = np.exp(betaln(a, b)) * quad(lambda rate: rate ** (r - 1) * np.exp(-rate * alpha), 0, np.inf)[0]
    direct = (chance[0] * rates[0] + chance[1] * rates[1]) / norm
    assert likelihood_of(np.array(CDNOW), history(2, 10.0, 20.0), False)[0] == pytest.approx(np.log(direct), rel=1e-5)


def test_the_chance_of_being_a_customer_still_is_right_on_average_and_in_every_class_of_it():
    known = shop(100_000, seed=2)
    chance = still_customers(model_of(*CDNOW), known)
    assert chance.mean() == pytest.approx(known["still"].mean(), abs=0.005)
    for low in (0.0, 0.25, 0.5, 0.75):
        group = (chance >= low) & (chance < low + 0.25)
        assert known["still"][group].mean() == pytest.approx(chance[group].mean(), abs=0.02)


def test_who_ordered_once_is_a_customer_for_certain_only_where_leaving_needs_a_repeat_order():
    once = history(0, 0.0, 30.0)
    assert still_customers(model_of(*CDNOW), once) == 1
    assert 0 < still_customers(model_of(*CDNOW, may_leave_at_once=True), once) < 1


def test_a_long_silence_after_many_orders_lowers_the_chance_and_never_breaks_it():
    known = pd.concat([history(5, 30.0, 31.0), history(5, 30.0, 60.0), history(5000, 30.0, 1000.0)])
    near, far, gone = still_customers(model_of(*CDNOW), known)
    assert 1 > near > far > gone >= 0


@pytest.mark.parametrize("may_leave_at_once", [False, True])
def test_expected_orders_are_those_that_come(may_leave_at_once):
    known = shop(60_000, (1.5, 6.0, 0.8, 2.5), seed=3, may_leave_at_once=may_leave_at_once)
    model = model_of(1.5, 6.0, 0.8, 2.5, may_leave_at_once=may_leave_at_once)
    expected = still_customers(model, known) * expected_if_still(model, known, 39.0)
    came = orders_after(known, 39.0)
    assert expected.mean() == pytest.approx(came.mean(), rel=0.02)
    for low, high in ((0, 0), (1, 2), (3, 8), (9, 1000)):
        group = known["repeats"].between(low, high).to_numpy()
        assert expected[group].mean() == pytest.approx(came[group].mean(), rel=0.06)


@pytest.mark.parametrize("a", [1e-4, 0.5, 1.0, 1.0 + 1e-7, 5.0, 100.0])
@pytest.mark.parametrize("repeats", [0, 3, 2000])
def test_expected_orders_stay_within_reason_at_every_corner(a, repeats):
    for b in (1e-4, 2.0, 1000.0):
        model = model_of(1.0, 10.0, a, b, may_leave_at_once=True)
        known = history(repeats, 50.0, 52.0)
        so_far = [expected_if_still(model, known, weeks)[0] for weeks in (0.0, 1.0, 52.0, 520.0)]
        without_leaving = (1.0 + repeats) / 62.0 * 520.0
        assert so_far[0] == pytest.approx(0, abs=1e-9)
        assert all(now <= later * (1 + 1e-9) for now, later in pairwise(so_far))
        assert so_far[-1] <= without_leaving * (1 + 1e-6)


def test_customers_who_never_leave_end_at_a_limit_and_not_in_failure():
    rng = np.random.default_rng(4)
    rate = rng.gamma(2.0, 1 / 8.0, 3000)
    repeats = rng.poisson(rate * 40)
    recency = np.where(repeats > 0, 40 * rng.random(3000) ** (1 / np.maximum(repeats, 1)), 0.0)
    model = fit_orders(pd.DataFrame({"repeats": repeats, "recency": recency, "age": 40.0}), may_leave_at_once=False)
    assert model.fit.problem is None
    r, alpha, a, b = model.fit.parameters
    assert (r, alpha) == pytest.approx((2.0, 8.0), rel=0.15)
    assert a / (a + b) < 0.01


def test_equal_customers_give_the_same_fit_in_any_order():
    mixed = SHOP.sample(frac=1, random_state=5)
    assert fit_orders(mixed, may_leave_at_once=False) == FITTED
