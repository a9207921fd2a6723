"""The last days are forecast from those before and compared with what came; every assumption that fails is found."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from calibration.lifetime import CDNOW, SPENDING, shop
from customer_segments.base import engine
from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value import ranges, trust
from customer_segments.steps.lifetime_value.behaviour import Fit, OrderModel
from customer_segments.steps.lifetime_value.forecast import Models, Note, forecast
from customer_segments.steps.lifetime_value.holdout import HoldOut, hold_outs
from tests.tables import table_of

BACKEND = engine.connect()
PARAMS = LifetimeValueParams()
AHEAD = LifetimeValueParams(horizon_days=90)
UNCHECKED = HoldOut(date(2024, 10, 1), 90, pd.DataFrame(), Note("few_spent", {"needed": 30}))
TYPES = {"segment": "int64", "day": "date", "revenue": "float64", "ordered": "boolean"}


def days_of(rows):
    return table_of(BACKEND, "customer_id segment day revenue ordered", rows, TYPES).drop("row")


def random_shop(customers=400, days=364, seed=3):
    """Customers who order at random all the time, at rates of their own."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(customers):
        first, rate, amount = rng.integers(0, 120), rng.gamma(2.0, 1 / 60.0), rng.gamma(5.0, 8.0)
        on = {int(first), *(int(day) for day in range(int(first), days) if rng.random() < rate)}
        rows += [
            (f"C{number}", 1, pd.Timestamp("2024-01-01") + pd.Timedelta(day, "D"), amount, True) for day in sorted(on)
        ]
    return days_of(rows)


@pytest.fixture(scope="module")
def held():
    return hold_outs(random_shop(), date(2024, 12, 30), PARAMS)[0]


def compared(**columns):
    defaults = {"repeats": 0, "alive_probability": 1.0, "expected_orders": 0.0, "orders_after": 0, "orders_before": 0}
    table = pd.DataFrame(columns | {name: value for name, value in defaults.items() if name not in columns})
    money = {"expected_value": 10.0, "revenue_after": 10.0, "revenue_before": 10.0}
    return HoldOut(date(2024, 10, 1), 90, table.assign(**{k: v for k, v in money.items() if k not in columns}))


def test_a_quarter_of_the_time_is_held_out_and_forecast_about_right_where_customers_order_at_random(held):
    assert held.known
    assert (held.cut, held.days) == (date(2024, 9, 30), 91)
    orders, revenue = (held.totals.loc[what] for what in ("orders", "revenue"))
    assert abs(orders["model_bias"]) < 0.1
    assert abs(revenue["model_bias"]) < 0.1
    assert orders["model_error"] < orders["naive_error"]
    assert trust.on_held_out_days(held, PARAMS) == {}


def test_totals_and_errors_are_what_they_say():
    held = compared(expected_orders=[2.0, 0.0], orders_after=[1, 1], orders_before=[4, 1])
    orders = held.totals.loc["orders"]
    assert (orders["model"], orders["actual"], orders["naive"]) == (2, 2, 5)
    assert (orders["model_bias"], orders["naive_bias"]) == (0, 1.5)
    assert (orders["model_error"], orders["naive_error"]) == (1, pytest.approx(4.5**0.5))


def test_classes_of_few_customers_join_their_neighbours():
    held = compared(repeats=[0] * 12 + [1] * 3 + [2] * 10 + [7] * 4, orders_after=[1] * 29)
    table = held.by_repeats(smallest=10)
    assert table[["fewest", "customers"]].to_numpy().tolist() == [[0, 15], [2, 14]]
    assert held.by_repeats(smallest=40)["fewest"].tolist() == [0]
    assert held.by_repeats(smallest=1)["fewest"].tolist() == [0, 1, 2, 5]
    two_small = compared(repeats=[0] * 12 + [1] * 6 + [2] * 6, orders_after=[1] * 24)
    assert two_small.by_repeats(smallest=10)["fewest"].tolist() == [0, 1]


def test_who_was_thought_gone_and_came_is_told():
    held = compared(alive_probability=[0.1, 0.1, 0.9, 0.5], orders_after=[0, 1, 1, 0])
    assert held.came_by_chance(PARAMS) == {"gone": 0.5, "alive": 1.0}
    assert compared(orders_after=[1]).came_by_chance(PARAMS)["gone"] is None


def test_too_short_a_time_is_not_checked():
    days = days_of([("ann", 1, "2024-01-01", 1.0, True), ("ann", 1, "2024-01-20", 1.0, True)])
    (held,) = hold_outs(days, date(2024, 1, 21), PARAMS)
    assert not held.known
    assert held.refused == Note("too_short", {"covered": 20, "held_out": 5})
    assert trust.on_held_out_days(held, PARAMS) == {"not_checked": {}}


def test_too_few_customers_before_the_cut_off_are_told():
    rows = [
        (f"C{number}", 1, day, 1.0, True) for number in range(5) for day in ("2024-01-01", "2024-03-01", "2024-12-01")
    ]
    held = hold_outs(days_of(rows), date(2024, 12, 2), PARAMS)[0]
    assert held.refused == Note("few_came_back", {"back": 5, "needed": 30})
    assert held.cut is not None


def test_a_forecast_that_misses_or_does_not_beat_the_naive_guess_is_found():
    held = compared(expected_orders=[3.0, 0.0], orders_after=[1, 1], orders_before=[1, 1], expected_value=[5.0, 5.0])
    found = trust.on_held_out_days(held, PARAMS)
    assert found["missed"] == {"biases": {"orders": 0.5, "revenue": -0.5}}
    assert found["no_better"] == {"model_error": pytest.approx(2.5**0.5), "naive_error": 0}
    assert trust.on_held_out_days(held, PARAMS.model_copy(update={"bias_above": 0.5})).keys() == {"no_better"}


def models_of(orders=CDNOW, spending=SPENDING, may_leave_at_once=True, at_limit=()):
    model = OrderModel(Fit(orders, 0.0, at_limit=at_limit), may_leave_at_once)
    return Models(model, None, Fit(spending, 0.0))


def gaps_of(regularity, customers=20_000, seed=1):
    """The last two gaps of customers whose gaps are gamma distributed."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.gamma(regularity, 30 / regularity, (customers, 2)), columns=["before", "last"])


def found(models=None, gaps=None, params=AHEAD, **changed):
    models = models or models_of()
    predicted = forecast(models, shop(3000).assign(**changed), 90, 0.1)
    return trust.cautions(predicted, models, gaps_of(1.0) if gaps is None else gaps, UNCHECKED, params, ranges.NONE)


def test_where_all_holds_nothing_is_found_but_that_it_was_not_checked():
    assert found() == {"not_checked": {}}


@pytest.mark.parametrize("index", [0.5, 1.0, 3.0])
def test_the_index_of_regularity_is_found(index):
    assert trust.regularity(gaps_of(index)) == pytest.approx(index, rel=0.06)


def test_few_gaps_tell_nothing_and_equal_ones_are_perfectly_regular():
    assert trust.regularity(gaps_of(1.0, customers=49)) is None
    assert "regular" not in found(gaps=gaps_of(3.0, customers=49))
    clockwork = pd.DataFrame({"before": [7] * 60, "last": [7] * 60})
    assert found(gaps=clockwork)["regular"] == {"index": float("inf")}


def test_habits_and_bursts_are_found():
    assert found(gaps=gaps_of(3.0)).keys() == {"not_checked", "regular"}
    assert found(gaps=gaps_of(0.4)).keys() == {"not_checked", "bursty"}


def test_spending_that_grows_or_falls_with_the_number_of_orders_is_found():
    orders = shop(3000)["repeats"] + 1
    assert found(revenue=orders**2)["often_more"]["correlation"] == pytest.approx(1)
    assert found(revenue=orders**0.2)["often_less"]["correlation"] == pytest.approx(-1)


def test_customers_of_one_order_are_customers_for_ever_in_the_plain_model_only():
    once = (shop(3000)["repeats"] == 0).mean()
    assert found(models_of(may_leave_at_once=False))["once"] == {"share": once}
    assert "once" not in found(models_of(may_leave_at_once=True))


def test_two_models_that_fit_alike_and_disagree_are_found():
    plain, modified = models_of(may_leave_at_once=False), models_of(may_leave_at_once=True)
    told = found(Models(plain.orders, modified.orders, plain.spending))["undecided"]
    assert (told["model"], told["other"]) == ("BG/NBD", "MBG/NBD")
    assert told["chance"] - told["other_chance"] > 0.05
    assert "undecided" not in found(Models(plain.orders, plain.orders, plain.spending))  # they agree
    ahead = OrderModel(Fit(CDNOW, 5.0), True)
    assert "undecided" not in found(Models(ahead, plain.orders, plain.spending))


def test_that_nobody_leaves_is_found_instead_of_a_chance():
    told = found(models_of((1.0, 5.0, 1e-4, 5.0), at_limit=("a",)))
    assert "nobody_leaves" in told
    assert "alike" not in told


def test_a_parameter_at_its_limit_is_found():
    assert found(models_of(at_limit=("r",)))["alike"] == {"what": ["ordering"]}
    assert found(models_of(at_limit=("b", "v")))["alike"] == {"what": ["leaving", "spending"]}


def test_an_infinite_mean_a_long_reach_and_customers_who_netted_nothing_are_found():
    assert "no_finite_mean" in found(models_of(spending=(6.0, 0.9, 15.0)))
    assert found(params=PARAMS)["far"] == {"horizon": 365, "followed": 273}
    nothing = shop(3000)["revenue"].where(shop(3000).index >= 7, 0.0)
    assert found(revenue=nothing)["netted_nothing"] == {"customers": 7}


def test_the_weightiest_caution_comes_first():
    told = found(models_of(may_leave_at_once=False, spending=(6.0, 0.9, 15.0)), gaps_of(3.0), PARAMS)
    assert list(told) == ["not_checked", "once", "regular", "no_finite_mean", "far"]
