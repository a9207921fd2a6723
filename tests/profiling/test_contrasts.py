import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.base.errors import StudyError
from customer_segments.base.params import PrivacyParams, ProfilingParams
from customer_segments.steps.profiling import contrasts
from customer_segments.steps.profiling.distinctiveness import alike, measured

PARAMS = ProfilingParams()
CUSTOMERS = pd.DataFrame({"customer_id": ["a", "b", "c", "d"], "orders": [9, 8, 1, 2], "segment": [1, 1, 2, 2]})


def test_customers_come_with_their_segment_sorted_by_id():
    joined = CUSTOMERS[["customer_id", "segment"]].iloc[::-1]
    assert_frame_equal(contrasts.with_segments(CUSTOMERS.drop(columns="segment"), joined), CUSTOMERS)


def test_a_segment_of_an_unknown_customer_is_an_older_run():
    older = pd.DataFrame({"customer_id": ["a", "stranger"], "segment": [1, 2]})
    with pytest.raises(StudyError, match=r"\(1 customer of 2 not found\)") as refused:
        contrasts.with_segments(CUSTOMERS.drop(columns="segment"), older)
    assert refused.value.stage == "clustering"


def test_what_is_expected_is_joined_by_customer_and_unknown_for_others():
    two = CUSTOMERS[["customer_id", "orders"]].head(2)
    expected_of = pd.DataFrame([("b", 0.25, 1.234, 9.876)], columns=["customer_id", *contrasts.LIFETIMES])
    expected = two.assign(
        alive_probability=[None, 0.25], expected_orders=[None, 1.23], expected_value=[None, 9.88]
    ).astype(dict.fromkeys(contrasts.LIFETIMES, float))
    assert_frame_equal(contrasts.with_lifetimes(two, expected_of), expected)


def test_a_study_without_transactions_expects_nothing():
    nothing = pd.DataFrame(columns=["customer_id", *contrasts.LIFETIMES])
    assert_frame_equal(contrasts.with_lifetimes(CUSTOMERS, nothing), CUSTOMERS)


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
    assert contrasts.tells_who_left(customers) is tells


def test_a_study_whose_segments_are_all_too_small_is_refused():
    with pytest.raises(StudyError, match=r"No segment holds as many as 5 customers.*make fewer segments") as refused:
        contrasts.comparison(CUSTOMERS, PARAMS, PrivacyParams(smallest_group=5))
    assert refused.value.setting == "clustering.k"


def test_a_sensitive_share_that_few_have_or_lack_is_not_compared_while_others_are():
    customers = pd.DataFrame({"segment": [1] * 6 + [2] * 6})
    customers = customers.assign(gender=list("FFFFFMFFFMMM"), channel=list("aaaaabaaabbb"))
    compared = contrasts.comparison(customers, PARAMS, PrivacyParams(sensitive=("gender",), smallest_group=3))
    assert compared.loc[compared["segment"] == 1, "column"].tolist() == ["channel=a", "channel=b"]
    assert compared.loc[compared["segment"] == 2, "column"].str.startswith("gender").sum() == 2
    assert contrasts.without(compared, ["gender"])["column"].unique().tolist() == ["channel=a", "channel=b"]


def test_columns_that_tell_the_segments_apart_do_not_repeat_each_other():
    customers = CUSTOMERS.assign(net_revenue=10 * CUSTOMERS["orders"] + 1)
    compared = contrasts.comparison(customers, PARAMS, PrivacyParams(smallest_group=1))
    telling = contrasts.telling_columns(compared, alike(measured(customers)))
    assert telling == ["orders"]  # of equals the first of the study


def test_quantiles_are_given_by_segment():
    table = contrasts.quantiles(CUSTOMERS[["orders"]], CUSTOMERS["segment"], 1)
    assert table[["segment", "column", "med"]].to_numpy().tolist() == [[1, "orders", 8.5], [2, "orders", 1.5]]
    assert contrasts.quantiles(CUSTOMERS[["orders"]], pd.Series([1, 1, 1, 2]), 2)["segment"].tolist() == [1]


def test_lines_never_end_at_the_smallest_or_the_largest_value():
    orders, segment = pd.DataFrame({"orders": range(1, 101)}), pd.Series([1] * 90 + [2] * 10)
    table = contrasts.quantiles(orders, segment, 1).set_index("segment")
    assert 2 < table.loc[1, "whislo"] < table.loc[1, "q1"]
    assert table.loc[2, ["whislo", "whishi"]].tolist() == table.loc[2, ["q1", "q3"]].tolist()


@pytest.mark.parametrize(("q1", "apart"), [((1, 9), ["orders"]), ((1, 3), []), ((1, 5), [])])
def test_halves_that_touch_or_overlap_do_not_lie_apart(q1, apart):
    assert contrasts.lying_apart(pd.DataFrame({"column": ["orders"] * 2, "q1": q1, "q3": [5, 12]})) == apart
