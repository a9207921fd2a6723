import numpy as np
import pandas as pd
import pytest

from customer_segments.base.params import Play, PrivacyParams, ProfilingParams
from customer_segments.steps.profile import profile
from customer_segments.steps.trial import HELD_OUT, TREATED
from customer_segments.steps.trial.lists import AT_RISK, NOT_CONCERNED, lists

ONCE = Play(name="Once", when={"orders": "low"}, do="Write to them.", outcome="second order", response=0.2)
PARAMS = ProfilingParams(playbook=(ONCE,))
NOBODY = pd.DataFrame({"customer_id": [], "value_at_risk": []})


@pytest.fixture(scope="module")
def found():
    rng = np.random.default_rng(3)
    orders = np.r_[rng.integers(1, 3, 1000), rng.integers(8, 20, 1000), 5]
    customers = pd.DataFrame({"customer_id": [f"{number:05}" for number in rng.permutation(2001)], "orders": orders})
    customers["net_revenue"] = orders * rng.uniform(5, 50, 2001).round(2)
    customers["average_order_value"] = customers["net_revenue"] / orders
    segments = customers[["customer_id"]].assign(segment=np.r_[np.repeat([1, 2], 1000), 0])
    return profile(customers, segments, pd.DataFrame(), "distinct groups", PARAMS, PrivacyParams(), None)


def test_each_list_holds_its_segment_and_those_in_no_segment_are_in_none(found):
    made = lists(found, NOBODY, PARAMS, 7)
    own = {f"segment_{number}": set(rows["customer_id"]) for number, rows in found.customers.groupby("segment")}
    assert {name: set(listed["customer_id"]) for name, listed in made.items()} == {
        name: ids for name, ids in own.items() if name != "segment_0"
    }
    assert all(listed["customer_id"].is_monotonic_increasing for listed in made.values())


def test_as_many_are_left_alone_as_the_page_says_and_only_whom_the_action_concerns(found):
    made = lists(found, NOBODY, PARAMS, 7)
    for number in (1, 2):
        ahead, groups = found.prospects[number], made[f"segment_{number}"]["group"].value_counts()
        assert groups[HELD_OUT] == ahead.held_out
        assert groups[HELD_OUT] + groups[TREATED] == ahead.customers
    orders = found.customers.set_index("customer_id")["orders"]
    first = made["segment_1"].set_index("customer_id")["group"]
    assert found.prospects[1].outcome == "second order"
    assert ((first == NOT_CONCERNED) == (orders.loc[first.index] != 1)).all()


def test_the_same_seed_leaves_the_same_alone(found):
    same, other = (lists(found, NOBODY, PARAMS, seed)["segment_2"] for seed in (7, 8))
    pd.testing.assert_frame_equal(lists(found, NOBODY, PARAMS, 7)["segment_2"], same)
    assert not same["group"].equals(other["group"])


def test_where_no_test_shows_anything_a_list_has_no_groups(found):
    few = found.prospects[2]._replace(held_out=None)
    made = lists(found.__class__(**vars(found) | {"prospects": found.prospects | {2: few}}), NOBODY, PARAMS, 7)
    assert made["segment_2"].columns.tolist() == ["customer_id"]


def test_who_is_at_risk_keeps_the_order_in_which_it_was_ranked(found):
    risk = pd.DataFrame({"customer_id": ["b", "a"], "value_at_risk": [20.129, 3.5]})
    assert lists(found, risk, PARAMS, 7)[AT_RISK].to_numpy().tolist() == [["b", 20.13], ["a", 3.5]]
    assert AT_RISK not in lists(found, NOBODY, PARAMS, 7)
