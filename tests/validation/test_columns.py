import numpy as np
import pandas as pd

from customer_segments.steps.validation import columns

RNG = np.random.default_rng(0)
SPEND = RNG.normal(size=300)
FEATURES = pd.DataFrame(
    {
        "customer_id": np.arange(300),
        "net_revenue": SPEND,
        "orders": SPEND + RNG.normal(0, 0.1, 300),
        "recency_days": RNG.normal(size=300),
        "channel=web": (SPEND > 0).astype(float) * 0,
        "channel=app": RNG.integers(0, 2, 300).astype(float),
    }
)


def test_a_segmentation_by_one_column_is_found_out():
    table = columns.single_columns(FEATURES, pd.Series(np.where(SPEND > 0, 1, 2)), seed=1)
    assert table["column"].iloc[0] == "net_revenue"
    assert table["agreement"].iloc[0] > 0.9
    assert "One column is nearly enough" in columns.finding(table)


def test_segments_of_two_columns_need_both():
    both = pd.Series(1 + (SPEND > 0) + 2 * (FEATURES["recency_days"] > 0))
    table = columns.single_columns(FEATURES, both, seed=1)
    assert table["agreement"].max() < columns.ONE_COLUMN_FROM
    assert "No single column" in columns.finding(table)


def test_columns_that_move_together_are_one_story_and_weigh_together():
    told = columns.stories(FEATURES)
    first = told.iloc[0]
    assert set(first["columns"]) == {"net_revenue", "orders"}
    assert 0.5 < first["weight"] < 0.8
    assert abs(told["weight"].sum() - 1) < 1e-3


def test_the_answers_of_a_question_are_one_column():
    assert columns.questions(pd.Index(["a", "b=x", "b=y"])) == {"a": ["a"], "b": ["b=x", "b=y"]}


def test_the_table_names_columns_for_readers():
    single, told = columns.single_columns(FEATURES, pd.Series(np.where(SPEND > 0, 1, 2)), 1), columns.stories(FEATURES)
    shown = columns.single_for_reader(single, told)
    assert shown["Column"].iloc[0] == "Net revenue"
    assert shown["Moves together with"].iloc[0] == "Orders"
    assert "move together and have" in columns.columns_caption(single, told)
