import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.steps.profiling import fairness

SENSITIVE = ("age", "gender", "religion")


def shop(**columns):
    """Two segments of four customers, then those of the columns named."""
    return pd.DataFrame({"segment": [1] * 4 + [2] * 4} | columns)


def test_segments_that_differ_in_nothing_but_age():
    customers = shop(age=[20, 20, 30, 30, 50, 50, 60, 60], gender=list("FMFM") * 2)
    customers = pd.concat([customers] * 5, ignore_index=True)
    told = fairness.effects(customers, SENSITIVE, 2).set_index("column")
    assert told["measure"].tolist() == ["epsilon squared", "Cramér's V"]
    # Ranks lie 10 on either side of the middle and 5 around their segment's: 80%, of which chance takes 20% / 38.
    assert told["effect"].tolist() == [pytest.approx(0.8 - 0.2 / 38), 0.0]
    assert told.loc["age", ["least", "most"]].tolist() == [3, 3]
    assert told.loc["gender", "low"] == 0


def test_a_segment_that_is_all_of_one_gender_differs_as_much_as_can_be():
    found = fairness.effects(shop(gender=list("FFFFMMMM")), SENSITIVE, 2).iloc[0]
    assert found["effect"] == found["high"] == 1.0
    assert found["low"] > 0


def test_a_few_large_values_decide_nothing():
    customers = pd.DataFrame({"segment": [1, 2] * 50, "income": [100.0] * 98 + [1e9, 100.0]})
    assert fairness.effects(customers, ["income"], 2)["low"].item() == 0.0


def test_a_segment_of_too_few_does_not_count():
    customers = pd.concat([shop(age=[20, 30] * 4), pd.DataFrame({"segment": [3], "age": [90]})])
    assert fairness.effects(customers, SENSITIVE, 2)["effect"].item() == 0.0


def test_small_groups_are_merged_until_they_are_large_enough():
    gender = pd.Series(["F"] * 6 + ["M"] * 3 + ["X", None])
    assert fairness.merged(gender, 2).tolist() == ["F"] * 6 + ["M"] * 3 + ["other"] * 2
    assert fairness.merged(gender, 3).tolist() == ["F"] * 6 + ["other"] * 5
    assert fairness.merged(gender, 1).tolist() == ["F"] * 6 + ["M"] * 3 + ["X", "unknown"]


def test_medians_and_shares_are_given_by_segment():
    customers = shop(age=[20, 20, 30, 30, 50, 50, 60, 60], gender=list("FFMMFMMM"))
    expected = pd.DataFrame(
        {
            "column": ["age", "gender", "gender"],
            1: [25.0, 0.5, 0.5],
            2: [55.0, 0.25, 0.75],
            "everyone": [40.0, 0.375, 0.625],
            "group": [None, "F", "M"],
        }
    )
    assert_frame_equal(fairness.groups(customers, SENSITIVE, 1), expected, check_dtype=False)


def test_a_group_too_small_to_show_takes_the_next_one_with_it():
    customers = pd.DataFrame({"segment": [1] * 9, "gender": list("FFFFFMMMX") * 1})
    customers = pd.concat([customers, customers.assign(segment=2, gender=list("FFFMMMXXX"))])
    table = fairness.groups(customers, SENSITIVE, 2)
    assert table[1].fillna(-1).tolist() == [5 / 9, -1, -1]
    assert table[2].tolist() == [1 / 3] * 3


def test_a_median_of_too_few_known_values_is_not_known():
    customers = shop(age=[20, None, None, None, 50, 50, 60, 60])
    assert fairness.groups(customers, SENSITIVE, 2)[1].isna().all()


@pytest.mark.parametrize("columns", [{}, {"age": [30] * 8}])
def test_without_sensitive_columns_there_is_nothing_to_compare(columns):
    assert fairness.effects(shop(**columns), SENSITIVE, 2).empty
    assert fairness.groups(shop(**columns), SENSITIVE, 2).empty
