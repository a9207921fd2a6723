"""The demo shop's process: kinds that differ and overlap, seasons, weekends, promotions, and leaving for good."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from customer_segments.sources import demo_life as life

DAYS = pd.date_range("2024-01-01", periods=731)


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return life.shop_customers(2000, len(DAYS), np.random.default_rng(1))


@pytest.fixture(scope="module")
def orders(people) -> pd.DataFrame:
    return life.orders_by_time(people, DAYS, np.random.default_rng(2))


@pytest.fixture(scope="module")
def sold(people, orders) -> pd.DataFrame:
    return life.sold_lines(people, orders, np.random.default_rng(3))


def by_kind(people: pd.DataFrame, customer: pd.Series, value: pd.Series) -> pd.Series:
    return value.groupby(people["kind"].to_numpy()[customer]).mean()


def test_shares_of_the_kinds_and_of_all_choices_add_up_to_one():
    for table in (life.KINDS, life.CATALOGUE, life.CITIES):
        assert sum(table["share"]) == pytest.approx(1)
        assert len({len(column) for column in table.values()}) == 1


def test_ids_rise_with_the_day_of_sign_up_and_kinds_are_mixed(people):
    assert people["signed_up"].is_monotonic_increasing
    assert people["customer_id"].is_monotonic_increasing
    assert people["customer_id"].is_unique
    assert (people["kind"] != people["kind"].shift()).mean() > 0.5


def test_who_has_not_left_stays_to_the_shops_last_day(people):
    last_day = people["last"] == len(DAYS) - 1
    assert last_day[~people["left"]].all()
    assert 0.2 < people["left"].mean() < 0.5
    assert last_day[people["left"]].mean() < 0.05


def test_every_buyer_orders_within_a_week_of_sign_up_and_the_others_never(people, orders):
    first = orders.groupby("customer")["day"].min().reindex(people.index)
    assert (first.isna() == ~people["buys"]).all()
    waited = (first - people["signed_up"]).dropna()
    assert waited.between(0, 6).all()


def test_orders_per_day_follow_the_customers_rate(people, orders):
    stayed = (people["last"] - people["signed_up"] + 1) / 365
    expected = (1 + people["orders_per_year"] * stayed)[people["buys"]]
    assert len(orders) == pytest.approx(expected.sum(), rel=0.05)


def test_december_is_the_strongest_month(orders):
    per_month = orders["day"].map(pd.Series(DAYS.month)).value_counts()
    assert per_month.idxmax() == 12


def test_kinds_differ_in_weekends_thrift_variety_and_basket(people, orders, sold):
    weekend = by_kind(people, orders["customer"], orders["day"].map(pd.Series(DAYS.day_of_week >= 5)))
    price = by_kind(people, sold["customer"], sold["cents"])
    assert weekend["weekend family"] > 0.7
    assert weekend["weekday regular"] < 0.2
    assert price.idxmin() == "app bargain hunter"
    assert price.idxmax() == "home stylist"
    lines = sold.groupby("order").size()
    assert by_kind(people, orders["customer"], lines).idxmax() == "weekend family"
    assert by_kind(people, people.index.to_series(), people["left"]).idxmax() == "passing visitor"


def test_kinds_overlap(people):
    income = people.groupby("kind")["income"].quantile([0.05, 0.95]).unstack()
    assert income.loc["home stylist", 0.05] < income.loc["weekend family", 0.95]
    engagement = people.groupby("kind")["engagement"].quantile([0.05, 0.95]).unstack()
    assert engagement.loc["app bargain hunter", 0.05] < engagement.loc["weekday regular", 0.95]


def test_a_product_costs_less_only_in_its_promotion(sold):
    usual = sold.groupby("product")["cents"].transform("max")
    cheaper = sold[sold["cents"] < usual]
    assert 0.01 < len(cheaper) / len(sold) < 0.2
    assert (cheaper["cents"] == usual[cheaper.index] * 4 // 5).all()
    assert (cheaper["day"] % life.PROMOTION_EVERY_DAYS < life.PROMOTION_DAYS).all()
    category, period = cheaper["product"] // len(life.STYLES), cheaper["day"] // life.PROMOTION_EVERY_DAYS
    assert category.groupby(period).nunique().eq(1).all()


def test_an_order_names_a_product_once(sold):
    assert not sold.duplicated(["order", "product"]).any()


def test_no_share_of_returns_gives_the_sales_as_they_were(sold, people):
    lines = life.with_returns(sold, people, 0.0, np.random.default_rng(4))
    assert len(lines) == len(sold)
    assert not lines["in_return"].any()


def test_a_return_follows_its_sale_and_never_takes_back_more_than_was_sold(sold, people):
    lines = life.with_returns(sold, people, 1.0, np.random.default_rng(4))
    known = lines[lines["product"] != life.DISCONTINUED]
    assert (known["quantity"] < 0).any()
    assert (known.groupby(["customer", "product"])["quantity"].cumsum() >= 0).all()
    assert (known["day"] <= people["last"].to_numpy()[known["customer"]]).all()


def test_returns_are_whole_and_partial(sold, people):
    lines = life.with_returns(sold, people, 1.0, np.random.default_rng(4))
    same = ["customer", "product", "cents"]
    back, bought = lines[lines["quantity"] < 0], lines[lines["quantity"] > 0].drop_duplicates(same, keep=False)
    kept = back.merge(bought, on=same, suffixes=("_back", "_bought")).eval("quantity_bought + quantity_back")
    assert 0.2 < (kept > 0).mean() < 0.8


def test_orders_fall_on_the_wanted_days_of_a_stay_or_on_its_last_day():
    weekday_demand = np.array([0.0, 1.0, 2.0, 2.0, 3.0])  # reached before each day: days 0, 1 and 3 are weekdays
    weekend_demand = np.array([0.0, 0.0, 0.0, 1.0, 1.0])  # and day 2 is the weekend
    start, stop, on_weekend = np.array([0, 2, 0, 0]), np.array([4, 4, 3, 2]), np.array([True, False, True, True])
    drawn = life._days_drawn(start, stop, on_weekend, [weekday_demand, weekend_demand], np.random.default_rng(5))
    assert drawn.tolist() == [2, 3, 2, 1]
