"""Chances, orders and values hang together, and what cannot be forecast is refused in words."""

import pandas as pd
import pytest

from calibration.lifetime import CDNOW, SPENDING, shop
from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value import forecast
from customer_segments.steps.lifetime_value.bg_nbd import OrderModel
from customer_segments.steps.lifetime_value.fitting import Fit
from customer_segments.steps.lifetime_value.forecast import Models

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
    ("known", "said"),
    [
        (SHOP.assign(repeats=0), "Every customer ordered on one day only"),
        (SHOP.head(0), "no customer ordered on a second day"),
        (SHOP[SHOP["repeats"] > 0].head(5), "only 5 customers ordered on a second day"),
        (SHOP.assign(revenue=-1.0), "Fewer than 30 customers netted anything"),
        (SHOP, None),
    ],
)
def test_what_determines_no_model_is_refused_in_a_sentence(known, said):
    found = forecast.refusal(known)
    assert found is said is None or said in found


def test_the_likelier_model_is_kept_and_the_other_one_told():
    models = forecast.fit_models(SHOP, PARAMS)
    assert models.other is not None
    assert models.orders.fit.log_likelihood >= models.other.fit.log_likelihood
    assert forecast.problem(models) is None
    only = forecast.fit_models(SHOP, PARAMS.model_copy(update={"model": "mbg_nbd"}))
    assert (only.orders.name, only.other) == ("MBG/NBD", None)


def test_a_model_that_could_not_be_fitted_is_told():
    failed = Models(OrderModel(Fit(CDNOW, 0.0, problem="the search ended"), False), None, Fit(SPENDING, 0.0))
    assert forecast.problem(failed) == "The model of orders (BG/NBD) could not be fitted: the search ended."


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


def test_tables_have_the_same_columns_and_kinds_with_and_without_a_forecast():
    predicted = forecast.forecast(MODELS, SHOP, 365, 0.1)
    full, empty = forecast.lifetime_table(predicted), forecast.lifetime_table(None)
    assert list(full) == list(empty) == ["customer_id", "alive_probability", "expected_orders", "expected_value"]
    assert len(full) == len(SHOP)
    assert len(empty) == 0
    assert list(forecast.risk_table(predicted, PARAMS)) == list(forecast.risk_table(None, PARAMS))
    assert list(full.dtypes) == list(empty.dtypes)
