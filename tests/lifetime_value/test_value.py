"""The step forecasts customers from their lines, or says by a code why it cannot."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.base.params import FeatureParams, LifetimeValueParams
from customer_segments.steps.preprocessing.features import customer_features
from customer_segments.steps.scorer import scorer_of
from customer_segments.steps.value import value
from tests.tables import table_of
from tests.test_scorer import study

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
    assert numbers["ranges"]["value"]["expected"] == pytest.approx(numbers["expected_value"])
    assert numbers["ranges"]["orders"]["low_95"] < found.lifetime["expected_orders"].sum()
    assert numbers["by_segment"]["1"]["high_80"] > numbers["by_segment"]["1"]["total"]
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


def whole_lines(rows):
    """The lines with all that features are made of."""
    table = [(row[0], f"{row[0]} {row[1]}", *row[1:], row[2]) for row in rows]
    columns = "customer_id invoice_id ordered_at quantity net_revenue net_quantity"
    return table_of(BACKEND, columns, table, {"net_revenue": "decimal(38, 8)", "net_quantity": "int64"})


def with_scorer(rows, of):
    """Value told with the segments that a scorer, made of some lines, puts customers in."""
    made_of, lines, as_of = whole_lines(of), whole_lines(rows), START + timedelta(364)
    customers = customer_features(lines, as_of).to_pandas()
    used = ("recency_days", "orders", "net_revenue")
    before, segmenter, _ = study(customer_features(made_of, as_of).to_pandas(), FeatureParams(use=used))
    scorer = scorer_of(before, segmenter)
    segments = pd.DataFrame({"customer_id": customers["customer_id"], "segment": scorer.score(customers).segment})
    return value(lines, customers, segments, PARAMS, 10, scorer), scorer, lines


def test_hold_outs_know_who_would_have_been_in_which_segment_by_what_had_been_done_by_then():
    rows = lines_of(300)
    found, scorer, lines = with_scorer(rows, rows)
    for held in found.rolling:
        then = customer_features(lines, held.cut).to_pandas()
        expected = dict(zip(then["customer_id"], scorer.score(then).segment, strict=True))
        assert dict(zip(held.customers["customer_id"], held.customers["segment"], strict=True)) == expected
    own = found.ranges[found.ranges["segment"].notna()]
    assert (own["hold_outs"] > 0).all()
    cut = found.held.cut
    altered = [row if row[1] < f"{cut}" else (*row[:3], "9999.00") for row in rows]
    again, _, _ = with_scorer(altered, rows)
    columns = ["customer_id", "segment", "expected_orders", "expected_value"]
    pd.testing.assert_frame_equal(again.held.customers[columns], found.held.customers[columns])


def test_the_time_before_is_known_only_where_the_data_reach_back_far_enough(found):
    assert found.ranges["before"].isna().all()  # 364 days of data, 365 ahead
    half = valued(lines_of(300), horizon_days=180)
    total = half.ranges[half.ranges["segment"].isna()].set_index("what")["before"]
    late = [row for row in lines_of(300) if row[1] >= f"{START + timedelta(184)}"]
    assert total["orders"] == len({row[:2] for row in late})
    assert total["value"] == pytest.approx(sum(float(row[3]) for row in late))


def test_segments_of_a_few_customers_have_no_row_of_their_own():
    few = valued(lines_of(100))
    assert few.ranges["segment"].dropna().unique().tolist() == [1, 2]
    assert replace(few, smallest_group=51).ranges["segment"].isna().all()
