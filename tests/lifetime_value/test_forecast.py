"""Chances, orders and values hang together, also by segment, and what cannot be forecast is refused by a code."""

import pandas as pd
import pytest

from calibration.lifetime import CDNOW, SPENDING, shop
from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value import forecast
from customer_segments.steps.lifetime_value.behaviour import Fit, OrderModel
from customer_segments.steps.lifetime_value.forecast import Models, Note

PARAMS = LifetimeValueParams()
MODELS = Models(OrderModel(Fit(CDNOW, 0.0), False), None, Fit(SPENDING, 0.0))
SHOP = shop(2000)


def test_value_is_orders_times_spending_less_for_what_comes_later():
    free, dear = (forecast.forecast(MODELS, SHOP, 365, rate) for rate in (0.0, 0.5))
    assert free["alive_probability"].between(0, 1).all()
    assert (dear["expected_value"] <= free["expected_value"]).all()
    assert dear["expected_value"].sum() == pytest.approx(free["expected_value"].sum() * 1.5**-0.45, rel=0.03)
    pd.testing.assert_series_equal(free["expected_orders"], dear["expected_orders"])
    longer = forecast.forecast(MODELS, SHOP, 730, 0.0)
    assert (longer["expected_orders"] >= free["expected_orders"]).all()


def test_who_netted_nothing_is_worth_nothing():
    nothing = SHOP.assign(revenue=0.0)
    assert forecast.forecast(MODELS, nothing, 365, 0.1)["expected_value"].eq(0).all()


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (SHOP.assign(repeats=0), Note("nobody_came_back", {})),
        (SHOP.head(0), Note("few_came_back", {"back": 0, "needed": 30})),
        (SHOP[SHOP["repeats"] > 0].head(5), Note("few_came_back", {"back": 5, "needed": 30})),
        (SHOP.assign(revenue=-1.0), Note("few_spent", {"needed": 30})),
        (SHOP, None),
    ],
)
def test_what_determines_no_model_is_refused(known, told):
    assert forecast.refusal(known) == told
    assert told is None or forecast.fitted(known, PARAMS) == told


def test_the_likelier_model_is_kept_and_the_other_one_told():
    models = forecast.fit_models(SHOP, PARAMS)
    assert models.other is not None
    assert models.orders.fit.log_likelihood >= models.other.fit.log_likelihood
    assert models.ahead == models.orders.fit.log_likelihood - models.other.fit.log_likelihood
    assert forecast.problem(models) is None
    assert forecast.fitted(SHOP, PARAMS) == models
    assert list(models.parameters) == ["r", "alpha", "a", "b", "p", "q", "v"]
    only = forecast.fit_models(SHOP, PARAMS.model_copy(update={"model": "mbg_nbd"}))
    assert (only.orders.name, only.other, only.ahead) == ("MBG/NBD", None, float("inf"))


@pytest.mark.filterwarnings("ignore:invalid value")
def test_a_model_that_could_not_be_fitted_is_told():
    failed = Models(OrderModel(Fit(CDNOW, 0.0, problem="not_ended"), False), None, Fit(SPENDING, 0.0))
    why = {"of": "orders", "model": "BG/NBD", "problem": "not_ended"}
    assert forecast.problem(failed) == Note("not_fitted", why)
    spending = Models(MODELS.orders, None, Fit(SPENDING, 0.0, problem="not_computed"))
    why = {"of": "spending", "model": "Gamma-Gamma", "problem": "not_computed"}
    assert forecast.problem(spending) == Note("not_fitted", why)
    boundless = SHOP.assign(revenue=SHOP["revenue"].mask(SHOP.index == 0, float("inf")))
    assert forecast.fitted(boundless, PARAMS) == Note("not_fitted", why)


def test_the_greatest_loss_comes_first_and_those_gone_or_safe_are_not_on_the_list():
    predicted = pd.DataFrame(
        {
            "customer_id": ["safe", "gone", "dear", "cheap", "alike"],
            "segment": [1, 1, 2, 2, 2],
            "alive_probability": [0.8, 0.19, 0.5, 0.2, 0.5],
            "expected_value": [80.0, 19.0, 500.0, 2.0, 500.0],
            "value_if_still": [100.0, 100.0, 1000.0, 10.0, 1000.0],
        }
    )
    found = forecast.at_risk(predicted, PARAMS)
    assert found["customer_id"].tolist() == ["alike", "dear", "cheap"]
    assert found["value_at_risk"].tolist() == [500.0, 500.0, 8.0]


def people(segment, count, alive, value, first=0):
    numbers = range(first, first + count)
    return pd.DataFrame(
        {
            "customer_id": [f"S{segment}N{number:03}" for number in numbers],
            "segment": segment,
            "repeats": [number % 3 for number in numbers],
            "revenue": [10.0 + number for number in numbers],
            "recency": [10.0 * (number % 3) for number in numbers],
            "age": 60.0,
            "alive_probability": alive,
            "expected_orders": 2.0,
            "expected_value": value,
            "value_if_still": value / alive,
        }
    )


PREDICTED = pd.concat(
    [people(1, 20, 0.9, 100.0), people(1, 5, 0.5, 50.0, 20), people(2, 30, 0.1, 1.0), people(0, 4, 0.9, 9.0)],
    ignore_index=True,
)


def test_each_segment_is_told_with_its_share_of_everyone():
    table = forecast.by_segment(PREDICTED, forecast.at_risk(PREDICTED, PARAMS), PARAMS, smallest=10)
    assert table["segment"].tolist() == [1, 2]
    assert table["customers"].tolist() == [25, 30]
    assert table["total"].tolist() == [2250, 30]
    assert table["alive"].tolist() == [0.8, 0]
    assert table["gone"].tolist() == [0, 1]
    assert table["at_risk"].tolist() == [5, 0]
    assert table["value_at_risk"].tolist() == [250, 0]
    assert table["value_share"].sum() == pytest.approx(2280 / 2316)


def test_everyone_is_told_with_what_the_top_tenth_hold_but_never_of_fewer_than_the_smallest_group():
    risk = forecast.at_risk(PREDICTED, PARAMS)
    found = forecast.everyone(PREDICTED, risk, smallest=4)
    assert found["expected_value"] == 2316
    assert found["value_at_risk"] == 250
    assert found["top_share"] == pytest.approx(600 / 2316)
    assert (found["top_at_risk"], found["top_at_risk_share"]) == (4, 0.8)
    nothing = forecast.everyone(PREDICTED.assign(expected_value=0.0), risk.head(0), smallest=1)
    assert (nothing["top_share"], nothing["top_at_risk_share"]) == (0, 0)


def test_nobody_has_the_columns_and_kinds_of_a_forecast():
    predicted = forecast.forecast(MODELS, SHOP, 365, 0.1)
    for table in (lambda known: known[forecast.LIFETIME], lambda known: forecast.at_risk(known, PARAMS)):
        full, empty = table(predicted), table(forecast.NOBODY)
        assert list(full.dtypes.items()) == list(empty.dtypes.items())
        assert len(empty) == 0
    assert forecast.LIFETIME == ["customer_id", "alive_probability", "expected_orders", "expected_value"]
