import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from customer_segments.base.errors import StudyError
from customer_segments.base.params import Play, PrivacyParams, ProfilingParams
from customer_segments.base.params.profiling import CoinParams
from customer_segments.steps import profile as step
from customer_segments.steps.profile import profile
from customer_segments.steps.profiling.traits import CUT, DISTINCT, UNSUPPORTED

REGULARS = Play(name="Regulars", when={"orders": "high"}, do="Thank them.")
PARAMS = ProfilingParams(traits=2, playbook=(REGULARS,))
MEMBERS = pd.DataFrame({"customer_id": ["a", "b", "c", "d"], "orders": [9, 8, 1, 2], "segment": [1, 1, 2, 2]})


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


def profiled(customers, params=PARAMS, verdict=DISTINCT, privacy=None, lifetimes=None):
    members = customers[["customer_id", "segment"]]
    privacy = privacy or PrivacyParams(smallest_group=1)
    lifetimes = pd.DataFrame() if lifetimes is None else lifetimes
    return profile(customers.drop(columns="segment"), members, lifetimes, verdict, params, privacy, None)


def test_each_segment_gets_a_play_or_a_name_of_its_own(customers):
    found = profiled(customers)
    expected = pd.DataFrame(
        {
            "segment": [1, 2],
            "name": ["Regulars", "Have placed fewer orders and spent less"],
            "customers": [2, 2],
            "customer_share": [0.5, 0.5],
            "orders": [17, 3],
            "revenue": [800.0, 200.0],
            "revenue_share": [0.8, 0.2],
            "too_few": [False, False],
            "untold": [False, False],
            "play": ["Regulars", ""],
            "verdict": DISTINCT,
        }
    )
    assert_frame_equal(found.segments, expected)
    assert {number: fit.when for number, fit in found.fits.items()} == {1: {"orders": "high"}}
    assert found.margins[["segment", "column", "limit"]].to_numpy().tolist() == [[1, "orders", 0.4]]
    told = found.traits[["segment", "column", "ours", "theirs"]].to_numpy().tolist()
    assert told == [
        [1, "orders", 8.5, 5.0],
        [1, "net_revenue", 400.0, 250.0],
        [2, "orders", 1.5, 5.0],
        [2, "net_revenue", 100.0, 250.0],
    ]


def test_the_export_has_one_row_per_customer_with_the_name(customers):
    exported = profiled(customers).customers
    assert exported["segment_name"].tolist() == ["Regulars"] * 2 + ["Have placed fewer orders and spent less"] * 2
    assert_frame_equal(exported.drop(columns="segment_name"), customers)


def test_names_do_not_depend_on_the_order_of_customers(customers):
    shuffled = customers.sample(frac=1, random_state=1)
    assert_frame_equal(profiled(shuffled).segments, profiled(customers).segments)


@pytest.mark.parametrize(
    ("verdict", "names", "plays"),
    [
        (DISTINCT, ["Regulars", "Have placed fewer orders and spent less"], ["Regulars", ""]),
        (CUT, ["Mostly regulars", "Mostly customers who have placed fewer orders and spent less"], ["Regulars", ""]),
        (
            UNSUPPORTED,
            [
                "Segment 1: have placed more orders and spent more",
                "Segment 2: have placed fewer orders and spent less",
            ],
            ["", ""],
        ),
    ],
)
def test_names_are_spoken_as_the_verdict_allows(customers, verdict, names, plays):
    found = profiled(customers, verdict=verdict)
    assert found.segments["name"].tolist() == names
    assert found.segments["play"].tolist() == plays
    assert len(found.fits) == len(found.margins) == sum(play != "" for play in plays)


def test_those_in_no_segment_stand_last_and_get_neither_play_nor_prospect(customers):
    found = profiled(customers.assign(segment=[0, 0, 1, 1]))
    assert found.segments[["segment", "name", "play"]].to_numpy().tolist() == [
        [1, "Have placed fewer orders and spent less", ""],
        [0, "Not assigned", ""],
    ]
    assert found.comparison["segment"].tolist() == [1, 1, 0, 0]
    assert list(found.prospects) == [1]


def test_a_segment_of_too_few_customers_is_neither_described_nor_planned_for(customers):
    customers = pd.concat([customers, customers.head(1).assign(customer_id="e", segment=3)])
    found = profiled(customers, privacy=PrivacyParams(smallest_group=2))
    assert 3 not in {*found.comparison["segment"], *found.traits["segment"], *found.quantiles["segment"]}
    assert found.segments["name"].tolist() == ["Regulars", "Have placed fewer orders", "Segment 3, too few to describe"]
    assert list(found.prospects) == [1, 2]


def test_names_that_rest_on_a_sensitive_column_are_known(customers):
    young = Play(name="Young", when=[{"age": "low"}, {"orders": "high"}], do="Ask.")
    params = PARAMS.model_copy(update={"playbook": (young,)})
    assert profiled(customers, params, CUT, PrivacyParams(sensitive=("age",), smallest_group=1)).resting == {1: ["age"]}


def test_what_sensitive_columns_tell_is_compared_and_given_by_segment(customers):
    customers = customers.assign(age=[20, 30, 60, 70])
    found = profiled(customers, privacy=PrivacyParams(sensitive=("age",), smallest_group=1))
    assert found.effects["column"].tolist() == ["age"]
    assert found.sensitive[[1, 2, "everyone"]].to_numpy().tolist() == [[25.0, 65.0, 45.0]]


def test_loyalty_coins_are_counted_where_they_are_on(customers):
    params = PARAMS.model_copy(update={"coins": CoinParams(on=True, welcome=0.0, per_order=1.0, worth=0.1)})
    found = profiled(customers, params).segments
    assert found[["coins", "coin_cost"]].to_numpy().tolist() == [[817.0, pytest.approx(81.7)], [203.0, 20.3]]
    assert found["coin_share"].tolist() == pytest.approx([81.7 / 800, 20.3 / 200])


def test_a_chance_that_reads_the_same_for_every_segment_is_not_told(customers):
    customers = customers.assign(alive_probability=[0.999, 0.998, 0.997, 0.996], expected_value=[10.0, 5.0, 1.0, 1.0])
    found = profiled(customers)
    assert "alive_probability" not in {*found.segments.columns, *found.comparison["column"]}
    assert found.segments["expected_value"].tolist() == [15, 2]


def test_equal_values_are_those_that_the_studys_currency_writes_alike(customers):
    customers = customers.drop(columns="orders").assign(net_revenue=[61.04, 61.04, 61.0, 61.0])
    members, none = customers[["customer_id", "segment"]], PrivacyParams(smallest_group=1)
    told = [
        profile(customers.drop(columns="segment"), members, pd.DataFrame(), DISTINCT, PARAMS, none, None, currency)
        for currency in ("€", "k€")
    ]
    assert [len(found.traits) for found in told] == [2, 0]


STANDARD = ProfilingParams()
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
            "customer_id": [f"{number:03}" for number in range(len(segment))],
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


@settings(max_examples=15)
@given(shops(), st.sampled_from([DISTINCT, CUT, UNSUPPORTED]))
def test_law_no_two_names_are_alike_and_none_contradicts_its_own_numbers(customers, verdict):
    found = profiled(customers, STANDARD, verdict)
    table = found.segments
    assert table["name"].is_unique
    values = found.comparison.set_index(["segment", "column"])
    for segment, play in table[["segment", "play"]].itertuples(index=False):
        for column, above, least in [claim for word, claims in CLAIMS.items() if word in play for claim in claims]:
            own = values.loc[(segment, column)]
            assert above is None or (own["typical"] > own["typical_of_all"]) == above, (play, column)
            assert min(own["mean"], own["median"]) >= least or above is False, (play, column)


def test_customers_come_with_their_segment_sorted_by_id():
    joined = MEMBERS[["customer_id", "segment"]].iloc[::-1]
    assert_frame_equal(step.with_segments(MEMBERS.drop(columns="segment"), joined), MEMBERS)


def test_a_segment_of_an_unknown_customer_is_an_older_run():
    older = pd.DataFrame({"customer_id": ["a", "stranger"], "segment": [1, 2]})
    with pytest.raises(StudyError, match=r"\(1 customer of 2 not found\)") as refused:
        step.with_segments(MEMBERS.drop(columns="segment"), older)
    assert refused.value.stage == "clustering"


def test_expectations_are_added_up_before_they_are_rounded(customers):
    told = pd.DataFrame({"customer_id": customers["customer_id"], "expected_orders": [0.004, 0.004, 0.001, 0.001]})
    found = profiled(customers, lifetimes=told)
    assert found.comparison.set_index("column").loc["expected_orders", "mean"].tolist() == [0.004, 0.001]
    assert found.customers["expected_orders"].tolist() == [0.0] * 4


def test_what_is_expected_is_joined_by_customer_and_unknown_for_others():
    two = MEMBERS[["customer_id", "orders"]].head(2)
    expected_of = pd.DataFrame([("b", 0.25, 1.234, 9.876)], columns=["customer_id", *step.LIFETIMES])
    expected = two.assign(
        alive_probability=[None, 0.25], expected_orders=[None, 1.234], expected_value=[None, 9.876]
    ).astype(dict.fromkeys(step.LIFETIMES, float))
    assert_frame_equal(step.with_lifetimes(two, expected_of), expected)


def test_a_study_without_transactions_expects_nothing():
    nothing = pd.DataFrame(columns=["customer_id", *step.LIFETIMES])
    assert_frame_equal(step.with_lifetimes(MEMBERS, nothing), MEMBERS)


def test_a_play_that_asks_for_what_nobody_knows_is_refused(customers):
    misspelt = Play(name="Regulars", when={"order": "high"}, do="Thank them.")
    with pytest.raises(StudyError, match="did you mean 'orders'"):
        profiled(customers, PARAMS.model_copy(update={"playbook": (misspelt,)}))
