from datetime import date, datetime, timedelta

import ibis
import numpy as np
import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.base.params import ClusteringParams, PreprocessingParams, PrivacyParams, ValidationParams
from customer_segments.steps.validation import prediction as pr

RNG = np.random.default_rng(4)


def shop(customers: int = 240) -> pd.DataFrame:
    """Half of the customers buy every ten days, the other half once and then hardly ever again."""
    start, rows = datetime(2024, 1, 1), []
    for customer in range(customers):
        keen = customer % 2 == 0
        days = range(customer % 10, 360, 10) if keen else [customer % 180, *([300] if customer % 8 == 1 else [])]
        rows += [
            (f"c{customer:03}", start + timedelta(days=day), 3.0 if keen else 30.0 * (1 + customer % 6)) for day in days
        ]
    table = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "unit_price"])
    table["invoice_id"] = [f"i{row}" for row in range(len(table))]
    return table.assign(quantity=1.0, product="p", row=range(1, len(table) + 1))


@pytest.fixture(scope="module")
def found() -> pr.Prediction:
    connection = engine.connect()
    sold = shop().drop(columns="row").assign(__row__=lambda t: range(1, len(t) + 1))
    lines = shop().assign(net_revenue=lambda t: t["unit_price"])
    from customer_segments.base.contract import ROW

    tables = {"transactions": connection.create_table("sold", ibis.memtable(sold.rename(columns={"__row__": ROW})))}
    features = PreprocessingParams().features.model_copy(update={"use": ("recency_days", "orders", "net_revenue")})
    parts = pr.StudyParts(PreprocessingParams(features=features), PrivacyParams(), ClusteringParams(n_init=2, k_max=4))
    return pr.predict_next(
        tables, connection.create_table("lines", ibis.memtable(lines)), 2, parts, ValidationParams(), 1
    )


def test_segments_of_two_kinds_of_buyers_tell_who_comes_back(found):
    assert found.share("segments", "came_back")["share"] > 0.2
    assert found.predicts


def test_random_groups_tell_nothing(found):
    assert abs(found.share("random", "came_back")["share"]) < 0.05
    assert found.share("random", "came_back")["low"] < pr.WORTHWHILE


def test_intervals_hold_the_share(found):
    table = found.explained
    assert (table["low"] <= table["share"]).all()
    assert (table["share"] <= table["high"]).all()


def test_spend_alone_misleads_where_the_keen_spend_little_at_a_time(found):
    assert found.share("segments", "came_back")["share"] > found.share("spend", "came_back")["share"]


def test_the_last_quarter_is_predicted(found):
    assert (found.last_day - found.cut_off).days + 1 == round(0.25 * ((found.last_day - date(2024, 1, 1)).days + 1))


def test_the_period_can_be_set():
    lines = ibis.memtable(shop())
    day, last = pr.cut_off(lines, ValidationParams(cut_off_days=30))
    assert (last - day).days == 29


def test_what_happened_after_a_day_begins_with_that_day():
    lines = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b"],
            "invoice_id": ["1", "2", "3"],
            "ordered_at": [datetime(2024, 1, 1), datetime(2024, 2, 1), datetime(2024, 1, 31, 23)],
            "net_revenue": [5.0, 7.0, 9.0],
        }
    )
    after = pr.outcomes(ibis.memtable(lines), date(2024, 2, 1))
    assert after.to_dict("index") == {"a": {"spend": 7.0, "orders": 1.0}}


def test_too_few_who_stay_or_leave_tell_nothing():
    customers = pd.DataFrame(
        {"customer_id": ["a", "b", "c"], "net_revenue": 1.0, "recency_days": 1, "orders": 1, "x": [1.0, 2.0, 3.0]}
    )
    after = pd.DataFrame({"spend": [1.0], "orders": [1.0]}, index=pd.Index(["a"], name="customer_id"))
    days = (date(2024, 1, 1), date(2024, 2, 1))
    assert pr.predict(customers, customers[["x"]], after, days, 2, ClusteringParams(), 1) is None
    assert "too few" in pr.without(transactions=True)
    assert "no orders" in pr.without(transactions=False)


def test_a_groups_mean_is_no_guess_for_those_it_was_computed_from():
    target, groups = np.array([0.0, 10.0, 0.0, 10.0]), np.arange(4)
    folds = np.array([0, 1, 0, 1])
    # Each group has one customer, so that nothing is known of the group when the customer is left out.
    assert pr.mistakes(target, groups, folds) == pytest.approx([100, 100, 100, 100])


def test_spend_is_cut_into_groups_of_the_same_sizes():
    assert pr.cut_like(np.array([1.0, 9.0, 5.0, 7.0]), np.array([1, 3])).tolist() == [1, 0, 1, 1]


def test_sentences_follow_the_numbers(found):
    assert "explain" in pr.prediction_caption(found)
    assert len(pr.prediction_table(found)) == 4
    assert pr.comparison_sentence(found)
