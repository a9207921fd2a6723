import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.errors import StudyError
from customer_segments.params import Play, ProfilingParams
from customer_segments.profiling import segments

REGULARS = Play(name="Regulars", when={"orders": "high"}, do="Thank them.")
PARAMS = ProfilingParams(traits=2, playbook=(REGULARS,))


@pytest.fixture
def customers():
    return pd.DataFrame(
        {
            "customer_id": ["a", "b", "c", "d"],
            "orders": [9, 8, 1, 2],
            "net_revenue": [500.0, 300.0, 150.0, 50.0],
            "segment": [1, 1, 2, 2],
        }
    )


def profiled(customers, params=PARAMS):
    compared = segments.comparison(customers, params)
    told = segments.trait_table(customers, compared, params, "€")
    return segments.profiles(segments.sizes(customers), compared, told, params), compared, told


def test_sizes_and_shares_of_each_segment(customers):
    expected = pd.DataFrame(
        {
            "segment": [1, 2],
            "customers": [2, 2],
            "customer_share": [0.5, 0.5],
            "orders": [17, 3],
            "revenue": [800.0, 200.0],
            "revenue_share": [0.8, 0.2],
        }
    )
    assert_frame_equal(segments.sizes(customers), expected)


def test_a_study_without_transactions_has_no_revenue(customers):
    table = segments.sizes(customers.drop(columns=["orders", "net_revenue"]))
    assert list(table) == ["segment", "customers", "customer_share"]


def test_no_share_is_given_where_more_was_paid_back_than_paid(customers):
    table = segments.sizes(customers.assign(net_revenue=[-9.0, 1.0, 1.0, 1.0]))
    assert table["revenue_share"].isna().all()


def test_each_segment_gets_a_play_or_a_name_of_its_own(customers):
    table, _, _ = profiled(customers)
    expected = pd.DataFrame(
        {
            "segment": [1, 2],
            "name": ["Regulars", "Few orders, low revenue"],
            "traits": [
                "Many orders: 8.5 orders (all customers: 5)\nHigh revenue: €400 (all customers: €250)",
                "Few orders: 1.5 orders (all customers: 5)\nLow revenue: €100 (all customers: €250)",
            ],
            "action": ["Thank them.", PARAMS.otherwise],
            "because": ["orders high", ""],
        }
    )
    assert_frame_equal(table[list(expected)], expected)


def test_names_do_not_depend_on_the_order_of_customers(customers):
    shuffled = customers.sample(frac=1, random_state=1)
    assert_frame_equal(profiled(shuffled)[0], profiled(customers)[0])


def test_the_margin_of_a_name_is_what_its_condition_has_to_spare(customers):
    table, compared, _ = profiled(customers)
    margins = segments.margins(table, compared, PARAMS)
    difference = compared["difference"].iloc[0]
    expected = pd.DataFrame(
        {
            "segment": [1],
            "name": ["Regulars"],
            "column": ["orders"],
            "asked": ["high"],
            "difference": [difference],
            "limit": [0.4],
            "margin": [difference - 0.4],
        }
    )
    assert_frame_equal(margins, expected)


def test_customers_come_with_their_segment_sorted_by_id(customers):
    joined = customers[["customer_id", "segment"]].iloc[::-1]
    assert_frame_equal(segments.with_segments(customers.drop(columns="segment"), joined), customers)


def test_a_segment_of_an_unknown_customer_is_an_older_run(customers):
    older = pd.DataFrame({"customer_id": ["a", "stranger"], "segment": [1, 2]})
    with pytest.raises(StudyError, match=r"\(1 customer of 2 not found\): run `dvc repro clustering`"):
        segments.with_segments(customers.drop(columns="segment"), older)


def test_the_export_has_one_row_per_customer_with_the_name(customers):
    exported = segments.segmented_customers(customers, profiled(customers)[0])
    assert exported["segment_name"].tolist() == ["Regulars"] * 2 + ["Few orders, low revenue"] * 2
    assert_frame_equal(exported.drop(columns="segment_name"), customers)


def test_quantiles_are_given_by_segment(customers):
    table = segments.quantiles(customers, ["orders"])
    assert table[["segment", "column", "med"]].to_numpy().tolist() == [[1, "orders", 8.5], [2, "orders", 1.5]]


def test_columns_that_tell_the_segments_apart_do_not_repeat_each_other(customers):
    customers = customers.assign(net_revenue=10 * customers["orders"] + 1)
    compared = segments.comparison(customers, PARAMS)
    assert segments.telling_columns(customers, compared) == ["net_revenue"]  # of equals the first by name


def test_metrics_are_kept_by_name(customers):
    assert segments.metrics(profiled(customers)[0])["Regulars"] == {
        "customers": 2,
        "customer_share": 0.5,
        "revenue_share": 0.8,
    }
