"""The law of names: nothing on a card contradicts what its segment is called."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration import names as simulated
from calibration.law import contradictions
from customer_segments.base.params import PrivacyParams, ProfilingParams
from customer_segments.steps.profile import profile
from customer_segments.steps.profiling.traits import CUT, DISTINCT

SIZE = 40  # customers in each segment
RANGES = {
    "recency_days": (1, 900), "orders": (1, 30), "net_revenue": (1, 5000), "tenure_days": (1, 1500),
    "average_order_value": (1, 500), "items_per_order": (1, 9), "days_between_orders": (1, 300),
    "returned_share": (0, 1), "weekend_share": (0, 1), "engagement_score": (0, 100), "age": (18, 90),
    "category_variety": (1, 8),
}  # fmt: skip


def customers_of(levels, seed):
    """Customers whose segments lie at these places (0 to 1) of each column's range, with some noise."""
    rng = np.random.default_rng(seed)
    table = {"segment": np.repeat(np.arange(1, len(levels) + 1), SIZE)}
    for place, (column, (low, high)) in enumerate(RANGES.items()):
        middle = np.repeat([own[place] for own in levels], SIZE)
        values = low + (high - low) * np.clip(middle + rng.normal(0, 0.15, len(middle)), 0, 1) ** 2
        table[column] = values.round() if high > 1 else values.round(4)
    chance = np.repeat([own[-1] for own in levels], SIZE)
    table["alive_probability"] = np.clip(chance + rng.normal(0, 0.1, len(chance)), 0, 1).round(4)
    frame = pd.DataFrame(table)
    return frame.assign(customer_id=[f"C{n:04}" for n in range(len(frame))])


def profiled(frame, verdict=CUT):
    known = frame.assign(expected_orders=1.0, expected_value=10.0)
    lifetimes = known[["customer_id", "alive_probability", "expected_orders", "expected_value"]]
    customers = frame.drop(columns=["segment", "alive_probability"])
    return profile(
        customers, frame[["customer_id", "segment"]], lifetimes, verdict, ProfilingParams(), PrivacyParams(), 365
    )


places = st.lists(st.floats(0, 1), min_size=len(RANGES) + 1, max_size=len(RANGES) + 1)


HALVES = customers_of([[0.5] * 13, [0.9] * 13], 1)


@settings(max_examples=15)
@given(st.lists(places, min_size=2, max_size=5), st.integers(0, 99), st.sampled_from([CUT, DISTINCT]))
def test_no_name_contradicts_its_numbers_whatever_the_segments_are_like(levels, seed, verdict):
    assert contradictions(profiled(customers_of(levels, seed), verdict)) == []


@pytest.mark.parametrize(("days", "lapsed"), [(20, False), (90, True)])
def test_who_ordered_within_a_month_has_not_lapsed_however_often_others_order(days, lapsed):
    frame = HALVES.drop(columns=["recency_days", "orders", "alive_probability"])
    silent = frame["segment"] == 1
    frame = frame.assign(
        recency_days=np.where(silent, days, 2.0), orders=np.where(silent, 1.0, 40.0),
        alive_probability=np.where(silent, 0.1, 0.99),
    )  # fmt: skip
    found = profiled(frame)
    assert any("apsed" in name for name in found.segments["name"]) == lapsed
    assert contradictions(found) == []


@pytest.mark.parametrize("seed", range(4))
def test_no_name_contradicts_its_numbers_in_simulated_shops(seed):
    assert contradictions(simulated.shop(seed)) == []


@pytest.mark.parametrize("columns", [simulated.COLUMNS, simulated.HELD_BACK])
def test_names_of_customer_lists_hold_and_a_play_fits_most(columns):
    lists = [simulated.customer_list(seed, columns) for seed in range(5)]
    assert [told for each in lists for told in contradictions(each)] == []
    plays = pd.concat([each.segments["play"] for each in lists])
    assert (plays == "").mean() <= 0.2


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("Mostly lapsed customers", "alive_probability", 0.97),
        ("At risk", "alive_probability", 0.95),
        ("New customers", "tenure_days", 1116),
        ("Promising newcomers", "tenure_days", 400),
        ("Loyal regulars", "orders", 1),
        ("Weekend stock-up shoppers", "weekend_share", 0.2),
        ("Young trend-driven", "age", 60),
        ("VIP customers", "net_revenue", 68.0),
        ("Selective big spenders", "returned_share", 0.0),
    ],
)
def test_the_law_sees_a_name_that_the_members_do_not_bear_out(name, column, value):
    found = profiled(HALVES)
    customers = found.customers.assign(**{column: value})
    wrong = type(found)(**vars(found) | {"customers": customers, "segments": found.segments.assign(name=name)})
    assert any(name in told and "two segments" not in told for told in contradictions(wrong))


def test_the_law_sees_a_descriptive_name_on_the_wrong_side():
    found = profiled(HALVES)
    turned = found.comparison.assign(typical_of_all=found.comparison["typical"] + 1)
    names = found.segments.assign(name=["Have placed more orders", "Spend"])
    wrong = type(found)(**vars(found) | {"comparison": turned, "segments": names, "fits": {}})
    assert any("orders is" in told for told in contradictions(wrong))


def test_vip_are_few_and_worth_much():
    many = customers_of([[0.2] * 13, [0.95, *[0.95] * 12]], 2)
    many.loc[many["segment"] == 2, "recency_days"] = 3
    assert "VIP customers" not in profiled(many).segments["play"].tolist()  # half of all customers


def test_those_whom_the_model_takes_for_customers_are_not_lapsed_however_long_silent():
    silent = customers_of([[0.1] * 13, [0.9, 0.05, *[0.1] * 11]], 3).assign(alive_probability=1.0)
    assert not set(profiled(silent).segments["play"]) & {"Lapsed customers", "At risk", "Valuable and at risk"}
