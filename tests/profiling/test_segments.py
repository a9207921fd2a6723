import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from customer_segments.base.errors import StudyError
from customer_segments.base.params import Play, PrivacyParams, ProfilingParams, load_params
from customer_segments.steps.profiling import segments
from customer_segments.steps.profiling.tone import CUT, DISTINCT, NO_SEGMENT, UNSUPPORTED, UNTESTED
from tests.support import PROJECT

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


def profiled(customers, params=PARAMS, verdict=DISTINCT, smallest_group=1):
    compared = segments.comparison(customers, params, PrivacyParams(smallest_group=smallest_group))
    told = segments.trait_table(customers, compared, params, "€")
    sized = segments.sizes(customers, smallest_group)
    return segments.profiles(sized, compared, told, params, verdict), compared, told


def test_sizes_and_shares_of_each_segment(customers):
    expected = pd.DataFrame(
        {
            "segment": [1, 2],
            "customers": [2, 2],
            "customer_share": [0.5, 0.5],
            "orders": [17, 3],
            "revenue": [800.0, 200.0],
            "revenue_share": [0.8, 0.2],
            "too_few": [False, False],
        }
    )
    assert_frame_equal(segments.sizes(customers), expected)


def test_what_is_expected_of_customers_is_told_by_segment(customers):
    customers = customers.assign(alive_probability=[0.9, 0.7, 0.2, None], expected_value=[10.0, 5.0, 1.0, None])
    table = segments.sizes(customers)
    assert table["alive_probability"].tolist() == pytest.approx([0.8, 0.2])
    assert table["expected_value"].tolist() == [15.0, 1.0]


def test_those_in_no_segment_stand_last_and_get_no_play(customers):
    table, compared, _ = profiled(customers.assign(segment=[0, 0, 1, 1]))
    assert table[["segment", "name", "play"]].to_numpy().tolist() == [
        [1, "Few orders, low revenue", ""],
        [0, "Not assigned", ""],
    ]
    assert table["action"].iloc[1] == NO_SEGMENT
    assert compared["segment"].tolist() == [1, 1, 0, 0]


def test_a_segment_of_too_few_customers_is_neither_described_nor_shown_in_numbers(customers):
    customers = pd.concat([customers, customers.head(1).assign(customer_id="e", segment=3)])
    table, compared, told = profiled(customers, smallest_group=2)
    assert 3 not in {*compared["segment"], *told["segment"]}
    assert table["name"].tolist() == ["Regulars", "Few orders", "Segment 3, too few to describe"]
    shown = segments.shown(table).iloc[2]
    assert shown[["orders", "revenue", "revenue_share"]].isna().all()
    assert segments.shown(table)["revenue"].tolist()[:2] == [800.0, 200.0]
    assert 3 not in segments.quantiles(customers, ["orders"], smallest_group=2)["segment"].tolist()


def test_a_study_whose_segments_are_all_too_small_is_refused(customers):
    with pytest.raises(StudyError, match=r"No segment holds as many as 5 customers .*make fewer segments"):
        segments.comparison(customers, PARAMS, PrivacyParams(smallest_group=5))


def test_a_sensitive_share_that_few_have_or_lack_is_not_compared_while_others_are():
    customers = pd.DataFrame({"segment": [1] * 6 + [2] * 6})
    customers = customers.assign(gender=list("FFFFFMFFFMMM"), channel=list("aaaaabaaabbb"))
    compared = segments.comparison(customers, PARAMS, PrivacyParams(sensitive=("gender",), smallest_group=3))
    assert compared.loc[compared["segment"] == 1, "column"].tolist() == ["channel=a", "channel=b"]
    assert compared.loc[compared["segment"] == 2, "column"].str.startswith("gender").sum() == 2
    assert segments.without(compared, ["gender"])["column"].unique().tolist() == ["channel=a", "channel=b"]


@pytest.mark.parametrize(
    ("verdict", "names", "plays"),
    [
        (DISTINCT, ["Regulars", "Few orders, low revenue"], ["Regulars", ""]),
        (CUT, ["Mostly regulars", "Mostly few orders, low revenue"], ["Regulars", ""]),
        (UNSUPPORTED, ["Segment 1: many orders, high revenue", "Segment 2: few orders, low revenue"], ["", ""]),
    ],
)
def test_names_are_spoken_as_the_verdict_allows(customers, verdict, names, plays):
    table, compared, _ = profiled(customers, verdict=verdict)
    assert table["name"].tolist() == names
    assert table["play"].tolist() == plays
    assert (table["action"] == UNTESTED).all() == (verdict == UNSUPPORTED)
    assert len(segments.margins(table, compared, PARAMS)) == sum(play != "" for play in plays)


def test_a_verdict_that_nobody_gives_is_refused(customers):
    with pytest.raises(StudyError, match=r"'rather good', known are distinct groups.*dvc repro validation"):
        profiled(customers, verdict="rather good")


def test_names_that_rest_on_a_sensitive_column_are_known(customers):
    young = Play(name="Young", when=[{"age": "low"}, {"orders": "high"}], do="Ask.")
    table, _, _ = profiled(customers, PARAMS.model_copy(update={"playbook": (young,)}), CUT)
    assert segments.names_resting_on(table, ProfilingParams(playbook=(young,)), ["age"]) == {"Mostly young": ["age"]}


def test_a_study_without_transactions_has_no_revenue(customers):
    table = segments.sizes(customers.drop(columns=["orders", "net_revenue"]))
    assert list(table) == ["segment", "customers", "customer_share", "too_few"]


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


def test_lines_never_end_at_the_smallest_or_the_largest_value():
    customers = pd.DataFrame({"orders": range(1, 101), "segment": [1] * 90 + [2] * 10})
    table = segments.quantiles(customers, ["orders"]).set_index("segment")
    assert 2 < table.loc[1, "whislo"] < table.loc[1, "q1"]
    assert table.loc[2, ["whislo", "whishi"]].tolist() == table.loc[2, ["q1", "q3"]].tolist()


def test_quantiles_are_given_by_segment(customers):
    table = segments.quantiles(customers, ["orders"])
    assert table[["segment", "column", "med"]].to_numpy().tolist() == [[1, "orders", 8.5], [2, "orders", 1.5]]


def test_columns_that_tell_the_segments_apart_do_not_repeat_each_other(customers):
    customers = customers.assign(net_revenue=10 * customers["orders"] + 1)
    compared = segments.comparison(customers, PARAMS, PrivacyParams(smallest_group=1))
    assert segments.telling_columns(customers, compared) == ["orders"]  # of equals the first of the study


def test_a_chance_that_reads_the_same_for_every_segment_is_not_told(customers):
    customers = customers.assign(alive_probability=[0.999, 0.998, 0.997, 0.996], expected_value=[10.0, 5.0, 1.0, 1.0])
    table, compared, _ = profiled(customers)
    assert "alive_probability" not in {*table.columns, *compared["column"]}
    assert table["expected_value"].tolist() == [15, 2]


def test_metrics_are_kept_by_name(customers):
    assert segments.metrics(profiled(customers)[0])["Regulars"] == {
        "customers": 2,
        "customer_share": 0.5,
        "revenue_share": 0.8,
    }


PROJECTS = load_params(PROJECT / "params.yaml").profiling
# What a name says, by a word in it: a column, whether the segment lies above everyone in it, and its least value.
CLAIMS = {
    "VIP": [("net_revenue", True, 0), ("orders", True, 2)],
    "Loyal": [("orders", True, 2), ("recency_days", False, 0), ("net_revenue", None, 0)],
    "Regular": [("orders", True, 2)],
    "Frequent": [("orders", True, 3)],
    "Core": [("net_revenue", True, 0)],
    "Valuable": [("net_revenue", True, 0)],
    "Good customers": [("net_revenue", None, 0)],
    "big spenders": [("average_order_value", True, 0), ("net_revenue", None, 0)],
    "Promising newcomers": [("tenure_days", False, 0), ("orders", None, 2)],
    "New customers": [("tenure_days", False, 0), ("recency_days", False, 0)],
    "Lapsed": [("recency_days", True, 0), ("orders", False, 0)],
    "High-income": [("income", True, 0)],
    "Premium": [("engagement_score", False, 0)],
    "Young": [("age", False, 0)],
    "small-basket": [("average_order_value", False, 0)],
}


@st.composite
def shops(draw):
    """Customers in segments that differ anyhow, also such that most order once or are paid back more than they pay."""
    count = draw(st.integers(2, 7))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    segment = np.repeat(np.arange(1, count + 1), random.integers(3, 30, count))
    level = random.normal(0, draw(st.sampled_from([0.3, 1.0, 2.0])), (count, 8))[segment - 1]
    noise = random.normal(0, draw(st.sampled_from([0.1, 1.0])), level.shape) + level
    paid_back = random.random(len(segment)) < draw(st.sampled_from([0.0, 0.1, 0.6]))
    orders = np.ones(len(segment)) if draw(st.booleans()) else np.ceil(np.exp(noise[:, 0]))
    spent = np.exp(3 + 2 * noise[:, 1]) * np.where(paid_back, -3, 1)
    return pd.DataFrame(
        {
            "segment": segment,
            "orders": orders,
            "net_revenue": spent,
            "average_order_value": spent / orders,
            "recency_days": np.ceil(np.exp(3 + noise[:, 2])),
            "tenure_days": np.ceil(np.exp(4 + noise[:, 3])),
            "days_between_orders": np.exp(2 + noise[:, 4]),
            "age": 40 + 10 * noise[:, 5],
            "income": 1e4 * np.exp(noise[:, 6]),
            "engagement_score": 50 + 10 * noise[:, 7],
            "spending_score": 50 + 10 * noise[:, 3],
        }
    )


@settings(max_examples=15, deadline=None)
@given(shops(), st.sampled_from([DISTINCT, CUT, UNSUPPORTED]))
def test_law_no_two_names_are_alike_and_none_contradicts_its_own_numbers(customers, verdict):
    table, compared, _ = profiled(customers, PROJECTS, verdict)
    assert table["name"].is_unique
    values = compared.set_index(["segment", "column"])
    for segment, play in table[["segment", "play"]].itertuples(index=False):
        for column, above, least in [claim for word, claims in CLAIMS.items() if word in play for claim in claims]:
            own = values.loc[(segment, column)]
            assert above is None or (own["typical"] > own["typical_of_all"]) == above, (play, column)
            assert min(own["mean"], own["median"]) >= least or above is False, (play, column)
