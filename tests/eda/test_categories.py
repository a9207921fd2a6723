import pandas as pd
from pandas.testing import assert_frame_equal

from customer_segments.base import engine
from customer_segments.steps.eda import categories
from tests.tables import table_of

BACKEND = engine.connect()


def test_values_are_counted_most_frequent_first_and_ties_by_name():
    customers = table_of(BACKEND, "customer_id gender", [("1", "f"), ("2", "m"), ("3", "f"), ("4", "d"), ("5", None)])
    expected = pd.DataFrame({"value": ["f", "d", "m"], "rows": [2, 1, 1], "share": [0.5, 0.25, 0.25]})
    assert_frame_equal(categories.category_counts(customers, "gender"), expected, check_dtype=False)


def test_what_comes_after_the_top_is_summed_up_in_one_row():
    found = pd.DataFrame({"value": ["a", "b", "c", "d"], "share": [0.4, 0.3, 0.2, 0.1]})
    expected = pd.DataFrame({"value": ["a", "b", "2 others"], "share": [0.4, 0.3, 0.3]})
    assert_frame_equal(categories.pooled(found, "share", top=2), expected)


def test_a_single_value_after_the_top_keeps_its_name():
    found = pd.DataFrame({"value": ["a", "b", "c"], "share": [0.5, 0.3, 0.2]})
    assert_frame_equal(categories.pooled(found, "share", top=2), found)


def test_shares_are_those_of_columns_of_categories_only():
    overview = pd.DataFrame(
        {"column": ["gender", "age"], "kind": ["category", "number"], "categories": [[("f", 0.75), ("m", 0.25)], None]}
    )
    shares = categories.category_shares({"customers": overview}, top=5)
    expected = pd.DataFrame(
        [("customers", "gender", "f", 0.75), ("customers", "gender", "m", 0.25)],
        columns=["table", "column", "value", "share"],
    )
    assert_frame_equal(shares, expected)
    assert "gender “f” (75%)" in categories.categories_caption(shares)
    assert "Gender: f 75% and m 25%" in categories.categories_alt(shares)


def test_a_study_without_categories_has_no_shares():
    overview = pd.DataFrame({"column": ["age"], "kind": ["number"], "categories": [None]})
    assert categories.category_shares({"customers": overview}, top=5).empty
