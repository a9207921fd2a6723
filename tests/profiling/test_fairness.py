import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.steps.profiling import fairness

SENSITIVE = ("age", "gender", "religion")


def shop(**columns):
    """Two segments of four customers, then those of the columns named."""
    return pd.DataFrame({"segment": [1] * 4 + [2] * 4} | columns)


NAMES = pd.DataFrame({"segment": [1, 2], "name": ["A", "B"]})


def test_segments_that_differ_in_nothing_but_age():
    customers = shop(age=[20, 20, 30, 30, 50, 50, 60, 60], gender=list("FMFM") * 2)
    expected = pd.DataFrame(
        {
            "column": ["age", "gender"],
            "measure": ["eta squared", "Cramér's V"],
            "effect": [0.9, 0.0],  # segment means lie 15 from 40, all values 15.8
            "how": ["strongly", "hardly"],
        }
    )
    assert_frame_equal(fairness.effects(customers, SENSITIVE, 2), expected)


def test_a_segment_that_is_all_of_one_gender_differs_as_much_as_can_be():
    assert fairness.effects(shop(gender=list("FFFFMMMM")), SENSITIVE, 2)["effect"].item() == 1.0


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
            "Attribute": ["Age (median)", "Gender: F", "Gender: M"],
            "A": ["25", "50%", "50%"],
            "B": ["55", "25%", "75%"],
            "All customers": ["40", "38%", "62%"],
        }
    )
    assert_frame_equal(fairness.sensitive_table(customers, NAMES, SENSITIVE, 1), expected)


def test_a_group_too_small_to_show_takes_the_next_one_with_it():
    customers = pd.DataFrame({"segment": [1] * 9, "gender": list("FFFFFMMMX") * 1})
    customers = pd.concat([customers, customers.assign(segment=2, gender=list("FFFMMMXXX"))])
    table = fairness.sensitive_table(customers, NAMES, SENSITIVE, 2)
    assert table["A"].tolist() == ["56%", "–", "–"]
    assert table["B"].tolist() == ["33%", "33%", "33%"]


def test_a_median_of_too_few_known_values_is_not_shown():
    customers = shop(age=[20, None, None, None, 50, 50, 60, 60])
    assert fairness.sensitive_table(customers, NAMES, SENSITIVE, 2)["A"].tolist() == ["–"]


def test_the_caption_ranks_the_effects_and_warns_of_names_that_rest_on_them():
    told = fairness.effects(shop(age=[20, 20, 30, 30, 50, 50, 60, 60], gender=list("FMFM") * 2), SENSITIVE, 2)
    caption = fairness.sensitive_caption(told, NAMES, {"Young trend-driven": ["age"]}, 2)
    assert caption.startswith(
        "The segments differ strongly in age (eta squared 0.9) and hardly in gender (Cramér's V 0)"
    )
    assert "The name “Young trend-driven” rests on age" in caption
    assert "fewer than 2 customers" in caption


@pytest.mark.parametrize("columns", [{}, {"age": [30] * 8}])
def test_a_study_without_sensitive_columns_says_so(columns):
    told = fairness.effects(shop(**columns), SENSITIVE, 2)
    assert fairness.sensitive_table(shop(**columns), NAMES, SENSITIVE, 2).empty
    assert fairness.sensitive_caption(told, NAMES, {}, 2).startswith("The study has none of the attributes")
