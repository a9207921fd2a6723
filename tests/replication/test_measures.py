import numpy as np
import pandas as pd
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.replication import measures
from customer_segments.replication.published import Group, Leaf
from tests.replication.shop import CUSTOMERS, evidence, listed, ordering


def value(measure: str, *keys: str, **parts: object) -> measures.Value:
    group = Group(title="T", measure=measure, figures={"x": "1"})
    return measures.computed(Leaf(group, measure, keys, "1", None), evidence(**parts))


def test_the_table_as_received():
    tables = listed(customer_id=["1", "2", "3"], age=[30.0, None, None])
    assert value("rows_received", "customers", tables=tables) == 3
    assert value("columns_received", "customers", tables=tables) == 2
    assert value("empty_cells", "age", tables=tables) == 2


def test_the_customers_and_columns_of_the_model():
    assert (value("customers_segmented"), value("columns_of_the_model")) == (12, 2)


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("mean", 46.666667), ("std", 35.760144), ("min", 10), ("q25", 10), ("median", 50), ("q75", 80), ("max", 90)],
)
def test_statistics_are_those_that_pandas_describes(statistic, expected):
    assert value("summary", "net_revenue", statistic) == pytest.approx(expected, abs=1e-6)


def test_means_and_sizes_go_by_the_studys_names():
    assert (value("size", "good"), value("mean", "net_revenue", "good")) == (6, 80)
    assert value("most_frequent", "orders", "poor") == 1


def test_a_segment_that_changed_settings_do_not_yield_has_no_figures():
    one = {"segments": pd.Series([1] * 12)}
    assert value("size", "poor", **one) == value("most_frequent", "orders", "poor", **one) == "–"
    assert value("size", "good", **one) == 12


def test_a_segment_of_a_single_customer_leaves_the_classifier_without_figures():
    single = {"segments": pd.Series([2] * 6 + [1] * 5 + [3])}
    assert value("accuracy", **single) == value("held_back", "good", **single) == "–"


def test_a_segment_of_whom_nobody_is_held_back_has_no_recall():
    pair = {"segments": pd.Series([2] * 10 + [1] * 2)}
    assert (value("held_back", "good", **pair), value("recall", "good", **pair)) == (0, "–")


def test_a_segment_more_than_the_study_has_keeps_its_number():
    assert value("customer", "Customer 1", "segment", segments=pd.Series([3] * 6 + [1] * 6)) == "Segment 3"


def test_text_counts_by_its_place_in_the_alphabet():
    assert value("mean", "gender", "good") == 0.5
    assert value("count", "gender", "f") == 6


def test_flags_count_as_no_before_yes():
    customers = CUSTOMERS.assign(active=[True] * 3 + [False] * 9)
    assert value("mean", "active", "poor", customers=customers) == 0.5


@pytest.mark.parametrize(
    ("second", "said"),
    [([2.0, 4, 6, 8], "strong positive (1.00)"), ([8.0, 6, 4, 2], "strong negative (−1.00)"),
     ([1.0, -1, -1, 1], "negligible positive (0.00)")],
)  # fmt: skip
def test_a_correlation_is_told_in_words_with_its_number(second, said):
    customers = pd.DataFrame({"customer_id": list("abcd"), "first": [1.0, 2, 3, 4], "second": second})
    parts = {"customers": customers, "segments": pd.Series([1, 1, 2, 2])}
    assert value("correlation", "first", "second", **parts) == said


def test_the_first_customers_are_those_with_the_lowest_numbers():
    shuffled = CUSTOMERS.iloc[::-1].reset_index(drop=True)
    parts = {"customers": shuffled, "segments": pd.Series([1] * 6 + [2] * 6)}
    assert value("customer", "Customer 6", "net_revenue", **parts) == 30
    assert tuple(value("customer", f"Customer {place}", "segment", **parts) for place in (1, 12)) == ("poor", "good")


def test_retention_is_the_share_of_a_months_beginners_who_order_so_many_months_later():
    known = ordering(
        ("a", "2024-01-05"), ("b", "2024-01-06"), ("c", "2024-02-01"), ("a", "2024-03-31"), ("c", "2024-03-01")
    )
    assert value("retention", "2024-01", "month 1", **known) == 0
    assert value("retention", "2024-01", "month 2", **known) == 50
    assert value("retention", "2024-02", "month 1", **known) == 100


def test_the_classifier_is_asked_about_a_fifth_of_every_segment():
    customers = pd.concat([CUSTOMERS] * 10, ignore_index=True)
    customers["customer_id"] = [f"{number:03}" for number in range(120)]
    parts = {
        "customers": customers,
        "features": customers[["customer_id", "orders", "net_revenue"]],
        "segments": pd.Series(([2] * 6 + [1] * 6) * 10),
    }
    assert (value("held_back", "good", **parts), value("held_back", "poor", **parts)) == (12, 12)
    assert (value("accuracy", **parts), value("recall", "good", **parts)) == (1.0, 1.0)


def test_a_silhouette_is_that_of_the_number_of_segments():
    assert value("silhouette", "3 segments") == 0.4


@pytest.mark.parametrize(
    ("measure", "keys", "said"),
    [
        ("siz", ("good",), "has the measure `siz`; there are rows_received, "),
        ("size", ("best",), "name a segment `best`; under `segments:` there are `good` and `poor`"),
        ("mean", ("shoe_size", "good"), "name the column `shoe_size`; there are gender, orders, "),
        ("mean", ("orders",), r"“T”: orders cannot be computed by `mean`"),
        ("summary", ("orders", "mode"), "know no statistic `mode`"),
        ("silhouette", ("99",), r"“T”: 99 cannot be computed by `silhouette`"),
        ("rows_received", ("customers",), r"“T”: customers cannot be computed"),
        ("empty_cells", ("age",), "needs a list of customers"),
        ("retention", ("2024-01", "month 1"), "needs transactions"),
    ],
)
def test_a_figure_that_cannot_be_computed_is_named(measure, keys, said):
    with pytest.raises(StudyError, match=said):
        value(measure, *keys)


def test_the_codes_of_the_alphabet_are_those_of_a_label_encoder():
    from sklearn.preprocessing import LabelEncoder

    words = ["Ring", "Bracelet", "Necklace", "Earring", "Ring", "bead"]
    customers = pd.DataFrame({"customer_id": list("abcdef"), "product": words})
    coded = evidence(customers=customers, segments=pd.Series([1] * 6)).column("product")
    assert np.array_equal(coded, LabelEncoder().fit_transform(words))
