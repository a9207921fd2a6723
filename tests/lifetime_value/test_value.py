"""The step forecasts customers from their lines, or says by a code why it cannot."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.value import value
from tests.tables import table_of

BACKEND = engine.connect()
PARAMS = LifetimeValueParams()
START = date(2024, 1, 1)


def lines_of(customers, days=364, seed=3):
    """Lines of customers who order at random at rates of their own, with their first day before the last 120."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(customers):
        first, rate, amount = int(rng.integers(0, days - 120)), rng.gamma(2.0, 1 / 60.0), rng.gamma(5.0, 8.0)
        on = [first, *(day for day in range(first + 1, days) if rng.random() < rate)]
        rows += [(f"C{number:03}", f"{START + timedelta(day):%Y-%m-%d} 10:00", 1, f"{amount:.2f}") for day in on]
    return rows


def valued(rows, **changed):
    table = table_of(BACKEND, "customer_id ordered_at quantity net_revenue", rows, {"net_revenue": "decimal(38, 8)"})
    first = pd.Series({row[0]: row[1] for row in reversed(rows)})
    tenure = (pd.Timestamp(START + timedelta(364)) - pd.to_datetime(first).dt.normalize()).dt.days
    customers = pd.DataFrame({"customer_id": first.index, "tenure_days": tenure.to_numpy(float)})
    segments = pd.DataFrame({"customer_id": first.index, "segment": 1 + np.arange(len(first)) % 2})
    return value(table, customers, segments, PARAMS.model_copy(update=changed), 10)


@pytest.fixture(scope="module")
def found():
    return valued(lines_of(300))


def test_every_customer_is_forecast_and_the_forecast_checked(found):
    assert found.refusal is None
    assert found.lifetime["customer_id"].tolist() == [f"C{number:03}" for number in range(300)]
    assert found.lifetime["alive_probability"].between(0, 1).all()
    assert set(found.churn_risk["customer_id"]) <= set(found.lifetime["customer_id"])
    assert (found.held.known, found.held.days) == (True, 90)
    assert abs(found.held.totals.loc["orders", "model_bias"]) < 0.2
    assert "not_checked" not in found.cautions


def test_its_numbers_are_those_of_everyone_and_of_each_segment(found):
    numbers = found.numbers
    assert numbers["horizon_days"] == 365
    assert numbers["expected_value"] == found.lifetime["expected_value"].sum()
    assert list(numbers["by_segment"]) == ["1", "2"]
    assert numbers["by_segment"]["1"]["customers"] == 150
    assert sum(told["total"] for told in numbers["by_segment"].values()) == pytest.approx(numbers["expected_value"])
    assert list(numbers["held_out"]) == ["days", "orders", "revenue"]
    assert numbers["parameters"].keys() == {"r", "alpha", "a", "b", "p", "q", "v"}


def test_nothing_is_expected_without_transactions():
    nothing = value(None, pd.DataFrame(), pd.DataFrame(), PARAMS, 10)
    assert nothing.refusal.code == "no_transactions"
    assert len(nothing.lifetime) == len(nothing.churn_risk) == 0


def test_too_few_who_came_back_are_refused_with_tables_without_rows(found):
    few = valued(lines_of(20))
    assert few.refusal.code == "few_came_back"
    assert few.lifetime.dtypes.equals(found.lifetime.dtypes)
    assert few.churn_risk.dtypes.equals(found.churn_risk.dtypes)


def test_a_forecast_that_cannot_be_checked_is_made_and_counted_unchecked():
    unchecked = valued(lines_of(100), holdout_days=200)
    assert unchecked.refusal is None
    assert unchecked.held.refused.code == "too_short"
    assert unchecked.numbers["held_out"] == {"days": 200}
    assert next(iter(unchecked.cautions)) == "not_checked"
