import numpy as np
import pandas as pd

from customer_segments.base.params import ClusteringParams
from customer_segments.pages.validation import explaining as told
from customer_segments.steps.judge import Cut, Explained, explain
from customer_segments.steps.validation import explaining
from customer_segments.steps.validation.explaining import Condition
from customer_segments.steps.validation.references import questions

RNG = np.random.default_rng(0)
SPEND = RNG.normal(size=300)
INPUTS = pd.DataFrame(
    {
        "net_revenue": SPEND,
        "orders": SPEND + RNG.normal(0, 0.1, 300),
        "recency_days": RNG.normal(size=300),
        "channel=web": (SPEND > 0).astype(float) * 0,
        "channel=app": RNG.integers(0, 2, 300).astype(float),
    }
)
ORDERS = np.concatenate([RNG.integers(1, 5, 100), RNG.integers(10, 15, 100)]).astype(float)
CUSTOMERS = pd.DataFrame({"customer_id": np.arange(200), "orders": ORDERS, "channel": ["web", "app"] * 100})
SCALED = pd.DataFrame({"orders": (ORDERS - ORDERS.mean()) / ORDERS.std(), "channel=app": [-1.0, 1.0] * 100})
LABELS = np.where(ORDERS < 8, 2, 1)


def test_a_segmentation_by_one_column_is_found_out():
    table = explaining.single_columns(INPUTS, np.where(SPEND > 0, 1, 2), seed=1)
    assert table["column"].iloc[0] == "net_revenue"
    assert table["agreement"].iloc[0] > 0.9
    assert "One column is nearly enough" in told.one_column(table)


def test_segments_of_two_columns_need_both():
    both = 1 + (SPEND > 0) + 2 * (INPUTS["recency_days"].to_numpy() > 0)
    table = explaining.single_columns(INPUTS, both, seed=1)
    assert table["agreement"].max() < explaining.ONE_COLUMN_FROM
    assert "No single column" in told.one_column(table)


def test_columns_that_move_together_are_one_story_and_weigh_together():
    found = explaining.stories(INPUTS)
    first = found.iloc[0]
    assert set(first["columns"]) == {"net_revenue", "orders"}
    assert 0.5 < first["weight"] < 0.8
    assert abs(found["weight"].sum() - 1) < 1e-3


def test_the_answers_of_a_question_are_one_column():
    assert questions(pd.Index(["a", "b=x", "b=y"])) == {"a": ["a"], "b": ["b=x", "b=y"]}


def test_the_table_names_columns_for_readers():
    single = explaining.single_columns(INPUTS, np.where(SPEND > 0, 1, 2), 1)
    table, caption = told.columns(Explained(single, explaining.stories(INPUTS), None, None, None))
    assert table["Column"].iloc[0] == "Net revenue"
    assert table["Moves together with"].iloc[0] == "Orders"
    assert "move together and have" in caption


def shown(rules: pd.DataFrame, fidelity: float) -> tuple[pd.DataFrame, str]:
    """The rules as a reader sees them, and what is said of them."""
    return told.rules(Explained(None, None, rules, fidelity, None), "€")


def rules_of(customers: pd.DataFrame, inputs: pd.DataFrame, labels: np.ndarray) -> list[str]:
    return shown(*explaining.rules(customers, inputs, labels))[0]["Rule"].tolist()


def test_a_rule_is_data_in_natural_units():
    found, fidelity = explaining.rules(CUSTOMERS, SCALED, LABELS)
    assert fidelity == 1
    [many], [few] = found["conditions"]
    assert (many.column, many.high, few.low) == ("orders", None, None)
    assert 4 <= few.high == many.low < 10
    assert found["covers"].tolist() == [1, 1]
    assert rules_of(CUSTOMERS, SCALED, LABELS) == ["Orders 8 or more", "Orders up to 7"]


def test_two_limits_of_one_column_are_told_together():
    customers = pd.DataFrame({"income": np.repeat([1000.0, 3000.0, 5000.0], 60)})
    rules = rules_of(customers, customers, np.repeat([1, 2, 3], 60))
    assert rules == ["Income up to €2,000", "Income between €2,000 and €4,000", "Income above €4,000"]


def test_counts_are_told_in_whole_numbers():
    customers = pd.DataFrame({"orders": np.repeat([1.0, 2.0, 6.0], 60)})
    rules = rules_of(customers, customers, np.repeat([1, 2, 3], 60))
    assert rules == ["Orders up to 1", "Orders between 2 and 4", "Orders 5 or more"]


def test_limits_between_which_one_count_lies_are_told_as_that_count():
    table = pd.DataFrame(
        {"segment": [1], "conditions": [(Condition("orders", 1.5, 2.5),)], "right": 1.0, "covers": 1.0}
    )
    assert shown(table, 0.9)[0]["Rule"].tolist() == ["Orders 2"]


def test_answers_are_told_as_is_and_is_not():
    assert rules_of(CUSTOMERS, SCALED, np.array([1, 2] * 100)) == ["Channel is not app", "Channel is app"]


def test_a_segment_that_no_short_rule_finds_is_named_as_such():
    table = pd.DataFrame({"segment": [3], "conditions": [()], "right": [float("nan")], "covers": [0.0]})
    assert shown(table, 0.5)[0].to_numpy().tolist() == [["Segment 3", "No rule of this length finds it", "–", "0%"]]


def test_gaps_are_filled_so_that_a_tree_can_grow():
    gaps = CUSTOMERS.assign(orders=CUSTOMERS["orders"].where(CUSTOMERS.index > 3))
    assert explaining.in_natural_units(gaps, SCALED)["orders"].notna().all()


def test_what_is_said_follows_fidelity():
    rules, _ = explaining.rules(CUSTOMERS, SCALED, LABELS)
    assert "can be followed by hand" in shown(rules, 0.9)[1]
    assert "rough guide" in shown(rules, 0.6)[1]


def test_all_of_it_comes_from_features_whose_first_column_names_the_customer():
    features = SCALED.assign(customer_id=CUSTOMERS["customer_id"])
    found = explain(Cut(features, CUSTOMERS, LABELS, 2), ClusteringParams(n_init=2), 1)
    assert found.single["column"].tolist() == ["orders", "channel"]
    assert found.fidelity == 1
