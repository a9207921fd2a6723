import numpy as np
import pandas as pd

from customer_segments.base.params import ClusteringParams
from customer_segments.steps.validation import rules

RNG = np.random.default_rng(0)
ORDERS = np.concatenate([RNG.integers(1, 5, 100), RNG.integers(10, 15, 100)]).astype(float)
CUSTOMERS = pd.DataFrame({"customer_id": np.arange(200), "orders": ORDERS, "channel": ["web", "app"] * 100})
FEATURES = pd.DataFrame(
    {
        "customer_id": np.arange(200),
        "orders": (ORDERS - ORDERS.mean()) / ORDERS.std(),
        "channel=app": [-1.0, 1.0] * 100,
    }
)
SEGMENTS = pd.Series(np.where(ORDERS < 8, 2, 1))


def test_a_rule_is_told_in_natural_units():
    table, fidelity = rules.rules(CUSTOMERS, FEATURES, SEGMENTS, "€")
    assert fidelity == 1
    assert table["rule"].tolist() == ["orders 8 or more", "orders up to 7"]
    assert table["covers"].tolist() == [1, 1]


def test_two_limits_of_one_column_are_told_together():
    income = np.repeat([1000.0, 3000.0, 5000.0], 60)
    customers = pd.DataFrame({"customer_id": np.arange(180), "income": income})
    table, _ = rules.rules(customers, customers, pd.Series(np.repeat([1, 2, 3], 60)), "€")
    assert table["rule"].tolist() == ["income up to €2,000", "income between €2,000 and €4,000", "income above €4,000"]


def test_counts_are_told_in_whole_numbers():
    orders = np.repeat([1.0, 2.0, 6.0], 60)
    customers = pd.DataFrame({"customer_id": np.arange(180), "orders": orders})
    table, _ = rules.rules(customers, customers, pd.Series(np.repeat([1, 2, 3], 60)), "€")
    assert table["rule"].tolist() == ["orders up to 1", "orders between 2 and 4", "orders 5 or more"]


def test_answers_are_told_as_is_and_is_not():
    by_channel = pd.Series([1, 2] * 100)
    table, _ = rules.rules(CUSTOMERS, FEATURES, by_channel, "€")
    assert table["rule"].tolist() == ["channel is not app", "channel is app"]


def test_gaps_are_filled_so_that_a_tree_can_grow():
    gaps = CUSTOMERS.assign(orders=CUSTOMERS["orders"].where(CUSTOMERS.index > 3))
    assert rules.in_natural_units(gaps, FEATURES)["orders"].notna().all()


def test_an_audit_by_classifier_is_as_good_without_any_groups():
    cloud = pd.DataFrame(RNG.normal(size=(300, 3)), columns=["a", "b", "c"])
    segments = pd.Series(np.where(cloud["a"] > 0, 1, 2))
    ours, nothing = rules.audit(cloud, segments, 2, ClusteringParams(n_init=2), 1)
    assert ours > 0.95
    assert nothing > 0.9
    assert "only finds again the borders" in rules.audit_sentence(ours, nothing)


def test_what_is_said_follows_fidelity():
    assert "can be followed by hand" in rules.rules_caption(0.9)
    assert "rough guide" in rules.rules_caption(0.6)
    shown = rules.rules_for_reader(rules.rules(CUSTOMERS, FEATURES, SEGMENTS, "€")[0])
    assert shown["Rule"].iloc[0] == "Orders 8 or more"
