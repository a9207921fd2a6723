"""Every assumption that fails is said, and one that holds is not."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from calibration.lifetime import CDNOW, SPENDING, shop
from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value import assumptions
from customer_segments.steps.lifetime_value.bg_nbd import OrderModel
from customer_segments.steps.lifetime_value.calibration import HoldOut
from customer_segments.steps.lifetime_value.fitting import Fit
from customer_segments.steps.lifetime_value.forecast import Models, forecast

PARAMS = LifetimeValueParams(horizon_days=90)
UNCHECKED = HoldOut(date(2024, 10, 1), 90, pd.DataFrame(), "not checked")


def models_of(orders=CDNOW, spending=SPENDING, may_leave_at_once=True, at_limit=()):
    model = OrderModel(Fit(orders, 0.0, at_limit=at_limit), may_leave_at_once)
    return Models(model, None, Fit(spending, 0.0))


def gaps_of(regularity, customers=20_000, seed=1):
    """The last two gaps of customers whose gaps are gamma distributed."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.gamma(regularity, 30 / regularity, (customers, 2)), columns=["before", "last"])


def said(models=None, gaps=None, params=PARAMS, **changed):
    models = models or models_of()
    predicted = forecast(models, shop(3000).assign(**changed), 90, 0.1)
    return " ".join(assumptions.cautions(predicted, models, gaps_of(1.0) if gaps is None else gaps, UNCHECKED, params))


def test_where_all_holds_nothing_is_said_but_that_it_was_not_checked():
    assert said() == "not checked"


@pytest.mark.parametrize("index", [0.5, 1.0, 3.0])
def test_the_index_of_regularity_is_found(index):
    assert assumptions.regularity(gaps_of(index)) == pytest.approx(index, rel=0.06)


def test_few_gaps_tell_nothing_and_equal_ones_are_perfectly_regular():
    assert assumptions.regularity(gaps_of(1.0, customers=49)) is None
    clockwork = pd.DataFrame({"before": [7] * 60, "last": [7] * 60})
    assert assumptions.regularity(clockwork) == float("inf")
    assert "more regularly than at random** (index ∞" in said(gaps=clockwork)


def test_habits_and_bursts_are_said():
    assert "more regularly than at random" in said(gaps=gaps_of(3.0))
    assert "come in bursts" in said(gaps=gaps_of(0.4))


def test_spending_that_grows_or_falls_with_the_number_of_orders_is_said():
    known = shop(3000)
    orders = known["repeats"] + 1
    assert "often spend more per order" in said(revenue=orders**2)
    assert "often spend less per order" in said(revenue=orders**0.2)


def test_customers_of_one_order_are_customers_for_ever_in_the_plain_model_only():
    assert "ordered on one day only" in said(models_of(may_leave_at_once=False))
    assert "ordered on one day only" not in said(models_of(may_leave_at_once=True))


def test_two_models_that_fit_alike_and_disagree_are_said():
    plain, modified = models_of(may_leave_at_once=False), models_of(may_leave_at_once=True)
    assert "disagree on who is a customer still**: 8" in said(Models(plain.orders, modified.orders, plain.spending))
    ahead = OrderModel(Fit(CDNOW, 5.0), True)
    assert "disagree" not in said(Models(ahead, plain.orders, plain.spending))


def test_that_nobody_leaves_is_said_instead_of_a_chance():
    told = said(models_of((1.0, 5.0, 1e-4, 5.0), at_limit=("a",)))
    assert "sees nobody leave" in told
    assert "hardly differ" not in told


def test_a_parameter_at_its_limit_is_put_in_words():
    assert "hardly differ in how often they order" in said(models_of(at_limit=("r",)))


def test_an_infinite_mean_a_long_reach_and_customers_who_netted_nothing_are_said():
    assert "no finite mean" in said(models_of(spending=(6.0, 0.9, 15.0)))
    assert "further than any customer has been followed** (273 days)" in said(
        params=PARAMS.model_copy(update={"horizon_days": 365})
    )
    nothing = shop(3000)["revenue"].where(shop(3000).index >= 7, 0.0)
    assert "7 customers netted nothing" in said(revenue=nothing)
