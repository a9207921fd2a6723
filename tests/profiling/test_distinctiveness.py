import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.base.errors import StudyError
from customer_segments.base.params import PrivacyParams, ProfilingParams
from customer_segments.steps.profiling.distinctiveness import (
    alike,
    compare,
    comparison,
    level,
    lying_apart,
    measured,
    quantiles,
    straightened,
    tells_who_left,
    without,
)

PARAMS = ProfilingParams()
CUSTOMERS = pd.DataFrame({"customer_id": ["a", "b", "c", "d"], "orders": [9, 8, 1, 2], "segment": [1, 1, 2, 2]})


def test_categories_become_shares_flags_become_ones_and_dates_are_left_out():
    customers = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c"],
            "orders": [1, 2, None],
            "gender": ["F", "M", None],
            "active": [True, False, None],
            "signed_up_on": pd.to_datetime(["2024-01-01"] * 3),
            "always_one": [1, 1, 1],
            "segment": [1, 1, 2],
        }
    )
    expected = pd.DataFrame(
        {
            "orders": [1.0, 2.0, None],
            "gender=F": [1.0, 0.0, None],
            "gender=M": [0.0, 1.0, None],
            "active": [1.0, 0.0, None],
        }
    )
    assert_frame_equal(measured(customers), expected)


def test_a_column_of_many_categories_describes_nobody():
    customers = pd.DataFrame({"city": [f"city {number}" for number in range(30)]})
    assert measured(customers).empty


def test_each_segment_is_compared_with_all_customers():
    numbers = pd.DataFrame({"age": [20.0, 30.0, 40.0, 50.0]})
    table = compare(numbers, pd.Series([1, 1, 2, 2]), PARAMS)
    expected = pd.DataFrame(
        {
            "segment": [1, 2],
            "column": ["age", "age"],
            "is_share": [False, False],
            "by_median": [False, False],
            "difference": [-0.894427, 0.894427],  # 10 years below and above a mean of 35 that varies by 11.18
            "mean": [25.0, 45.0],
            "median": [25.0, 45.0],
            "rank": [0.25, 0.75],
            "typical": [25.0, 45.0],
            "mean_of_all": [35.0, 35.0],
            "median_of_all": [35.0, 35.0],
            "typical_of_all": [35.0, 35.0],
            "level": ["low", "high"],
        }
    )
    assert_frame_equal(table, expected)


def test_a_rank_is_the_medians_place_among_all_customers_and_ties_count_half():
    table = compare(pd.DataFrame({"orders": [1.0, 1.0, 1.0, 5.0]}), pd.Series([1, 1, 1, 2]), PARAMS)
    assert table["rank"].tolist() == [0.375, 0.875]


def test_a_category_of_too_few_customers_is_left_out():
    customers = pd.DataFrame({"gender": ["F"] * 5 + ["M"] * 5 + ["X"] * 2})
    assert list(measured(customers, smallest_group=3)) == ["gender=F", "gender=M"]


def test_one_big_spender_does_not_make_a_segment_of_high_spenders():
    spent = [10.0] * 50 + [9.0] * 49 + [100_000.0]
    table = compare(pd.DataFrame({"net_revenue": spent}), pd.Series([1] * 50 + [2] * 50), PARAMS)
    assert table["level"].tolist() == ["middling", "middling"]


def test_the_planted_difference_is_found_in_spite_of_skew():
    rng = np.random.default_rng(5)
    group = np.repeat([1, 2], 2000)
    spent = np.expm1(rng.normal(4.0 + 1.5 * (group == 2), 1.0))
    table = compare(pd.DataFrame({"net_revenue": spent}), pd.Series(group), PARAMS)
    # Halves 1.5 apart that vary by 1 within: each lies 0.75 from the middle, all vary by sqrt(1 + 0.75 ** 2) = 1.25.
    assert table["difference"].tolist() == pytest.approx([-0.6, 0.6], abs=0.03)


def test_gaps_are_left_out_of_a_segments_values():
    table = compare(pd.DataFrame({"age": [20.0, None, 40.0]}), pd.Series([1, 1, 2]), PARAMS)
    assert table["mean"].tolist() == [20.0, 40.0]


def test_a_segment_without_any_value_is_left_out_of_that_column():
    table = compare(pd.DataFrame({"age": [20.0, 30.0, None]}), pd.Series([1, 2, 3]), PARAMS)
    assert table["segment"].tolist() == [1, 2]


def test_typical_values_lie_on_the_side_of_the_difference():
    returned = [0.0] * 6 + [0.0, 0.0, 0.9]  # all medians are zero, so only means tell the segments apart
    table = compare(pd.DataFrame({"returned_share": returned}), pd.Series([1] * 6 + [2] * 3), PARAMS)
    side = np.sign(table["typical"] - table["typical_of_all"])
    assert side.tolist() == np.sign(table["difference"]).tolist()


def test_logarithms_keep_the_sign():
    skewed = pd.DataFrame({"balance": [-100.0, 0.0, 1.0, 2.0, 100_000.0]})
    assert np.sign(straightened(skewed)["balance"]).tolist() == [-1.0, 0.0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("difference", "expected"),
    [(0.39, "middling"), (0.4, "high"), (1.2, "very high"), (-0.4, "low"), (-1.2, "very low"), (0.0, "middling")],
)
def test_levels_begin_at_their_limits(difference, expected):
    assert level(difference, PARAMS) == expected


def test_columns_that_rank_customers_alike_tell_the_same_story():
    similar = alike(pd.DataFrame({"orders": [1, 2, 3], "revenue": [1, 5, 90], "gap": [9, 8, 7]}))
    assert similar.loc["orders", "revenue"] == similar.loc["orders", "gap"] == 1.0


@pytest.mark.parametrize(
    ("chances", "tells"),
    [
        ([0.994, 0.986], False),  # both 99%
        ([0.986, 0.984], True),  # 99% and 98%
        ([0.9949, 0.9951], True),  # 99% and 100%
        ([0.0049, 0.0001], False),  # both under 1%
        ([0.0051, 0.0049], True),
        ([0.5, None], True),  # 50% and not known
        ([0.125, 0.115], False),  # 12% both, as halves are written
    ],
)
def test_a_chance_tells_segments_apart_unless_it_would_be_written_alike(chances, tells):
    customers = pd.DataFrame({"segment": [1, 2], "alive_probability": pd.Series(chances, dtype=float)})
    assert tells_who_left(customers) is tells


def test_a_study_whose_segments_are_all_too_small_is_refused():
    with pytest.raises(StudyError, match=r"No segment holds as many as 5 customers.*make fewer segments") as refused:
        comparison(CUSTOMERS, measured(CUSTOMERS), PARAMS, PrivacyParams(smallest_group=5))
    assert refused.value.setting == "clustering.k"


def test_a_sensitive_share_that_few_have_or_lack_is_not_compared_while_others_are():
    customers = pd.DataFrame({"segment": [1] * 6 + [2] * 6})
    customers = customers.assign(gender=list("FFFFFMFFFMMM"), channel=list("aaaaabaaabbb"))
    privacy = PrivacyParams(sensitive=("gender",), smallest_group=3)
    compared = comparison(customers, measured(customers, 3), PARAMS, privacy)
    assert compared.loc[compared["segment"] == 1, "column"].tolist() == ["channel=a", "channel=b"]
    assert compared.loc[compared["segment"] == 2, "column"].str.startswith("gender").sum() == 2
    assert without(compared, ["gender"])["column"].unique().tolist() == ["channel=a", "channel=b"]


def test_quantiles_are_given_by_segment():
    table = quantiles(CUSTOMERS[["orders"]], CUSTOMERS["segment"], 1)
    assert table[["segment", "column", "med"]].to_numpy().tolist() == [[1, "orders", 8.5], [2, "orders", 1.5]]
    assert quantiles(CUSTOMERS[["orders"]], pd.Series([1, 1, 1, 2]), 2)["segment"].tolist() == [1]


def test_lines_never_end_at_the_smallest_or_the_largest_value():
    orders, segment = pd.DataFrame({"orders": range(1, 101)}), pd.Series([1] * 90 + [2] * 10)
    table = quantiles(orders, segment, 1).set_index("segment")
    assert 2 < table.loc[1, "whislo"] < table.loc[1, "q1"]
    assert table.loc[2, ["whislo", "whishi"]].tolist() == table.loc[2, ["q1", "q3"]].tolist()


@pytest.mark.parametrize(("q1", "apart"), [((1, 9), ["orders"]), ((1, 3), []), ((1, 5), [])])
def test_halves_that_touch_or_overlap_do_not_lie_apart(q1, apart):
    assert lying_apart(pd.DataFrame({"column": ["orders"] * 2, "q1": q1, "q3": [5, 12]})) == apart
