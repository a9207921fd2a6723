"""The last days are forecast from those before, and compared with what came and with a naive guess."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value import assumptions, calibration
from customer_segments.steps.lifetime_value.calibration import HoldOut
from tests.tables import table_of

BACKEND = engine.connect()
PARAMS = LifetimeValueParams()
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
    return calibration.hold_out(random_shop(), date(2024, 12, 30), PARAMS)


def compared(**columns):
    defaults = {"repeats": 0, "alive_probability": 1.0, "expected_orders": 0.0, "orders_after": 0, "orders_before": 0}
    table = pd.DataFrame(columns | {name: value for name, value in defaults.items() if name not in columns})
    money = {"expected_value": 10.0, "revenue_after": 10.0, "revenue_before": 10.0}
    return HoldOut(date(2024, 10, 1), 90, table.assign(**{k: v for k, v in money.items() if k not in columns}))


def test_a_quarter_of_the_time_is_held_out_and_forecast_about_right_where_customers_order_at_random(held):
    assert held.known
    assert (held.cut, held.days) == (date(2024, 9, 30), 91)
    orders, revenue = (row for _, row in calibration.totals(held).iterrows())
    assert abs(orders["model_bias"]) < 0.1
    assert abs(revenue["model_bias"]) < 0.1
    assert orders["model_error"] < orders["naive_error"]
    assert assumptions.missed_by(held, PARAMS) == []


def test_totals_and_errors_are_what_they_say():
    held = compared(expected_orders=[2.0, 0.0], orders_after=[1, 1], orders_before=[4, 1])
    orders = calibration.totals(held).iloc[0]
    assert (orders["model"], orders["actual"], orders["naive"]) == (2, 2, 5)
    assert (orders["model_bias"], orders["naive_bias"]) == (0, 1.5)
    assert (orders["model_error"], orders["naive_error"]) == (1, pytest.approx(4.5**0.5))


def test_classes_of_few_customers_join_their_neighbours():
    held = compared(repeats=[0] * 12 + [1] * 3 + [2] * 10 + [7] * 4, orders_after=[1] * 29)
    table = calibration.by_repeats(held, smallest=10)
    assert table[["repeats", "customers"]].to_numpy().tolist() == [["0 to 1", 15], ["2 or more", 14]]
    assert calibration.by_repeats(held, smallest=40)["repeats"].tolist() == ["0 or more"]


def test_who_was_thought_gone_and_came_is_told():
    held = compared(alive_probability=[0.1, 0.1, 0.9, 0.5], orders_after=[0, 1, 1, 0])
    assert calibration.came_by_chance(held, PARAMS) == {"gone": 0.5, "alive": 1.0}
    assert calibration.came_by_chance(compared(orders_after=[1]), PARAMS)["gone"] is None


def test_too_short_a_time_is_not_checked_and_says_so():
    days = days_of([("ann", 1, "2024-01-01", 1.0, True), ("ann", 1, "2024-01-20", 1.0, True)])
    held = calibration.hold_out(days, date(2024, 1, 21), PARAMS)
    assert not held.known
    assert "20 days" in held.refused


def test_too_few_customers_before_the_cut_off_are_told():
    rows = [
        (f"C{number}", 1, day, 1.0, True) for number in range(5) for day in ("2024-01-01", "2024-03-01", "2024-12-01")
    ]
    held = calibration.hold_out(days_of(rows), date(2024, 12, 2), PARAMS)
    assert "only 5 customers ordered on a second day" in held.refused


def test_a_forecast_that_misses_or_does_not_beat_the_naive_guess_is_said():
    held = compared(expected_orders=[3.0, 0.0], orders_after=[1, 1], orders_before=[1, 1], expected_value=[5.0, 5.0])
    assert assumptions.missed_by(held, PARAMS) == ["50% too many orders", "50% too little revenue"]
    told = " ".join(assumptions._calibration(held, PARAMS))
    assert "50% too many orders and 50% too little revenue" in told
    assert "no better than the naive guess" in told
