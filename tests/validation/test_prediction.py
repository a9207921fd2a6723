from datetime import date, datetime, timedelta

import ibis
import numpy as np
import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.base.contract import ROW
from customer_segments.base.params import ClusteringParams, PreprocessingParams, PrivacyParams, ValidationParams
from customer_segments.pages.validation import verdict
from customer_segments.steps.validation import prediction as pr

LISTED = pd.DataFrame({"customer_id": ["c000", "x1", "x2"], ROW: [1, 2, 3]})


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


def past(
    sold: pd.DataFrame, listed: pd.DataFrame = LISTED, features: dict[str, object] | None = None, **cleaning: object
) -> pr.Past:
    """What was collected of a shop that nobody sent anything back to."""
    connection = engine.connect()
    tables = {
        "transactions": connection.create_table("sold", ibis.memtable(sold.rename(columns={"row": ROW}))),
        "customers": connection.create_table("listed", ibis.memtable(listed)),
    }
    paid = {"net_revenue": sold["unit_price"]} if "unit_price" in sold else {}
    lines = connection.create_table("lines", ibis.memtable(sold.assign(**paid)))
    rules = {"features": features or {"use": ("recency_days", "orders", *paid)}, "cleaning": cleaning}
    return pr.Past(tables, lines, PreprocessingParams.of(**rules), PrivacyParams())


def predicted(of: pr.Past) -> pr.Prediction | None:
    return pr.predict_next(of, 2, ClusteringParams(n_init=2, k_max=4), ValidationParams(), 1)


@pytest.fixture(scope="module")
def found() -> pr.Prediction:
    return predicted(past(shop()))


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
    assert found.days == round(0.25 * ((found.last_day - date(2024, 1, 1)).days + 1))


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
    did = pd.DataFrame({"orders": [1.0] * 49 + [0.0] * 60})
    assert pr.too_few(did, k=2)
    assert not pr.too_few(pd.concat([did, did]), k=2)
    assert pr.too_few(pd.concat([did, did]), k=22)


def test_a_shop_that_had_a_handful_of_customers_before_the_cut_off_tells_nothing():
    late = shop().assign(
        ordered_at=lambda sold: sold["ordered_at"].where(sold["customer_id"] < "c005", sold["ordered_at"].max())
    )
    assert predicted(past(late)) is None


def test_without_transactions_there_is_nothing_to_predict():
    assert pr.predict_next(pr.Past({}, None, None, None), 2, ClusteringParams(), ValidationParams(), 1) is None


DAY = date(2024, 10, 1)


def people(age: float, pet: str) -> pd.DataFrame:
    sold = shop()["customer_id"].drop_duplicates().reset_index(drop=True)
    rows = pd.RangeIndex(len(sold))
    return pd.DataFrame({"customer_id": sold, ROW: rows + 1, "visits": age + rows % 7, "pet": pet + sold.str[-1]})


def after_the_day(sold: pd.DataFrame) -> pd.DataFrame:
    """Other prices and pieces from the day on, fewer orders, new customers, and earlier sales sent back."""
    later = sold["ordered_at"] >= pd.Timestamp(DAY)
    changed = sold[later].iloc[::2].assign(unit_price=99.0, quantity=7.0)
    new = sold[later].iloc[1::9].assign(customer_id=lambda rows: "n" + rows["customer_id"])
    back = sold[~later].head(40).assign(ordered_at=datetime(2024, 11, 1), quantity=-1.0)
    both = pd.concat([sold[~later], changed, new, back])
    return both.assign(row=range(1, len(both) + 1), invoice_id=[f"i{row}" for row in range(len(both))])


@pytest.mark.parametrize("fixed", [(), ("pet",)])
def test_nothing_from_after_the_cut_off_makes_the_segments_of_then(fixed):
    features = {"fixed": fixed, "leave_out": ("visits",)}
    one, other = (
        pr.known_on(past(sold, people(visits, "cat "), features), DAY).features
        for sold, visits in ((shop(), 1.0), (after_the_day(shop()), 50.0))
    )
    assert one.to_csv() == other.to_csv()
    assert not [name for name in one if "visits" in name]
    assert bool([name for name in one if "pet" in name]) == bool(fixed)


def test_segments_of_attributes_alone_are_of_no_earlier_day():
    of_attributes = past(shop(), people(1.0, "cat "), {"use": ("visits",)})
    assert pr.known_on(of_attributes, DAY) is None
    assert predicted(of_attributes) is None
    assert pr.known_on(past(shop(), people(1.0, "cat "), {"use": ("visits",), "fixed": ("visits",)}), DAY) is not None


def test_customers_who_never_ordered_are_not_predicted_even_where_the_study_keeps_them(found):
    assert predicted(past(shop(), customers_without_orders="keep")).explained.equals(found.explained)


def test_outliers_are_treated_as_in_the_study(found):
    sold = shop()
    sold["unit_price"] *= np.where(sold["customer_id"] == "c000", 1000.0, 1.0)
    fence = {"outlier_fence": 5.0}
    assert predicted(past(sold, outliers="set_aside", **fence)).customers == found.customers - 1
    assert predicted(past(sold, outliers="keep", **fence)).customers == found.customers


def test_why_nothing_is_known_is_said():
    assert "Fewer than 50 customers came back" in verdict.ahead_unknown(transactions=True)
    assert "no orders" in verdict.ahead_unknown(transactions=False)


def test_a_groups_mean_is_no_guess_for_those_it_was_computed_from():
    target, groups = np.array([0.0, 10.0, 0.0, 10.0]), np.arange(4)
    folds = np.array([0, 1, 0, 1])
    # Each group has one customer, so that nothing is known of the group when the customer is left out.
    assert pr.mistakes(target, groups, folds) == pytest.approx([100, 100, 100, 100])


def test_spend_is_cut_into_groups_of_the_same_sizes():
    assert pr.cut_like(np.array([1.0, 9.0, 5.0, 7.0]), np.array([1, 3])).tolist() == [1, 0, 1, 1]


def test_what_is_said_follows_the_numbers(found):
    figure, caption, alt = verdict.ahead(found)
    assert len(figure.axes) == len(found.outcomes) == 3
    assert "240 customers came back" in caption
    assert "Random groups of the same sizes" in alt
    table, comparison = verdict.ahead_table(found)
    assert table["Grouping"].tolist() == [verdict.GROUPINGS[name] for name in found.groupings]
    assert table["Came back at all"].str.fullmatch(r"\d+% \(\d+%–(under )?\d+%\)").all()
    assert comparison


def test_every_outcome_and_grouping_has_its_words(found):
    unpaid = predicted(past(shop().drop(columns="unit_price")))
    assert set(verdict.OUTCOMES) == {*found.outcomes, *unpaid.outcomes}
    assert set(verdict.GROUPINGS) == {*found.groupings, *unpaid.groupings}
    assert set(verdict.IN_PROSE) == {*found.simpler, *unpaid.simpler}


def test_without_money_orders_are_predicted_and_held_against_recency_and_frequency(found):
    unpaid = predicted(past(shop().drop(columns="unit_price")))
    assert (unpaid.outcomes, unpaid.simpler) == (["orders", "came_back"], ["rf", "orders"])
    assert (unpaid.customers, unpaid.came_back) == (found.customers, found.came_back)
