"""What is drawn of customers' futures is what is expected of them, and totals of many scatter less than of few."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from calibration.lifetime import CDNOW, SPENDING, orders_after, shop
from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value import future
from customer_segments.steps.lifetime_value.behaviour import Fit, OrderModel, fit_orders
from customer_segments.steps.lifetime_value.forecast import Models, fit_models, forecast

SHOP = shop(2000).assign(segment=1)
MODELS = Models(OrderModel(Fit(CDNOW, 0.0), False), None, Fit(SPENDING, 0.0))


@pytest.mark.parametrize("may_leave_at_once", [False, True])
def test_the_mean_of_what_is_drawn_is_what_is_expected(may_leave_at_once):
    models = replace(MODELS, orders=replace(MODELS.orders, may_leave_at_once=may_leave_at_once))
    expected = forecast(models, SHOP, 364, 0.0)
    orders, revenue = future.draw(models, SHOP, 52, np.random.default_rng(1))
    assert orders.mean(axis=0).sum() == pytest.approx(expected["expected_orders"].sum(), rel=0.02)
    assert revenue.mean(axis=0).sum() == pytest.approx(expected["expected_value"].sum(), rel=0.03)


def test_who_netted_nothing_is_drawn_to_bring_nothing():
    _, revenue = future.draw(MODELS, SHOP.assign(revenue=-5.0), 52, np.random.default_rng(1))
    assert (revenue == 0).all()


def test_totals_scatter_as_those_of_shops_do_whose_truth_is_known():
    known = shop(1500, seed=11).assign(segment=1)
    came = [orders_after(known, 52, seed).sum() for seed in range(60)]  # one truth: each customer's rate is given
    spread = future.spreads(MODELS, known, 52)[None].orders
    assert np.std(np.log(came)) < spread < 2 * np.std(np.log(came))  # rates are not known, so a little more


def test_a_quarter_of_the_customers_scatter_twice_as_much_and_segments_together_less_than_each():
    few = future.spreads(MODELS, SHOP.head(500), 52)[None]
    many = future.spreads(MODELS, SHOP, 52)
    assert few.orders == pytest.approx(2 * many[None].orders, rel=0.25)
    assert few.revenue == pytest.approx(2 * many[None].revenue, rel=0.25)
    both = future.spreads(MODELS, SHOP.assign(segment=1 + np.arange(2000) % 2), 52)
    assert list(both) == [1, 2, None]
    assert both[None].orders < min(both[1].orders, both[2].orders)
    assert both[None].orders == pytest.approx(many[None].orders, rel=0.15)


def test_of_a_large_segment_some_stand_for_all():
    large = pd.concat([SHOP.assign(customer_id=f"{number}" + SHOP["customer_id"]) for number in range(4)])
    assert future.spreads(MODELS, large, 52)[1].orders == pytest.approx(
        future.spreads(MODELS, SHOP, 52)[1].orders / 2, rel=0.05
    )


def test_parameters_known_roughly_add_to_what_chance_does():
    surely = future.spreads(MODELS, SHOP, 52)[None]
    scatter = tuple(tuple(0.01 * (row == column) for column in range(4)) for row in range(4))
    roughly = replace(MODELS, orders=OrderModel(replace(MODELS.orders.fit, covariance=scatter), False))
    assert future.spreads(roughly, SHOP, 52)[None].orders > surely.orders * 1.5


def test_parameters_are_known_better_from_more_customers_and_lie_where_they_are_said_to():
    few, many = (fit_orders(shop(count, seed=5), may_leave_at_once=False).fit for count in (2000, 8000))
    assert np.sqrt(np.diag(few.scatter))[:2] == pytest.approx(2 * np.sqrt(np.diag(many.scatter))[:2], rel=0.35)
    off = np.log(many.parameters) - np.log(CDNOW)
    assert off @ np.linalg.solve(many.scatter, off) < 15  # a chi-square of 4 is beyond that once in 200 times


def test_a_parameter_at_its_limit_does_not_scatter():
    rng = np.random.default_rng(4)
    repeats = rng.poisson(5.0, 3000)  # all are alike
    recency = np.where(repeats > 0, 40 * rng.random(3000) ** (1 / np.maximum(repeats, 1)), 0.0)
    known = pd.DataFrame({"repeats": repeats, "recency": recency, "age": 40.0})
    fit = fit_orders(known, may_leave_at_once=False).fit
    limited = np.isin(["r", "alpha", "a", "b"], fit.at_limit)
    assert limited.any()
    assert (fit.scatter[limited] == 0).all()
    assert (np.diag(fit.scatter)[~limited] > 0).all()


def test_the_same_customers_give_the_same_spread_whatever_was_drawn_before():
    models = fit_models(SHOP, LifetimeValueParams())
    first = future.spreads(models, SHOP, 52)
    np.random.default_rng().random(10)
    assert future.spreads(models, SHOP, 52) == first
