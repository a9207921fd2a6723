from typing import get_args

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_segments.base.errors import StudyError
from customer_segments.base.params import ProfilingParams
from customer_segments.steps.judge import Kind
from customer_segments.steps.profiling import traits
from customer_segments.steps.profiling.distinctiveness import alike, compare, measured
from customer_segments.steps.profiling.traits import CUT, DISTINCT, UNSUPPORTED, trait_table
from tests.profiling.made import comparison, unlike


def names_of(table, similar=None, taken=frozenset()):
    told = trait_table(table, unlike(table) if similar is None else similar, 4, "€")
    return traits.descriptive(told, table, list(table["segment"].unique()), taken)


def test_a_trait_gives_the_value_and_everyones():
    table = comparison([(1, "orders", 1.5, 14, 5), (1, "channel=App", -0.8, 0.1, 0.4)])
    assert trait_table(table, unlike(table), 3, "€").to_numpy().tolist() == [
        [1, "orders", 1.5, 14, 5, False, False],
        [1, "channel=App", -0.8, 0.1, 0.4, True, False],
    ]


def test_the_strongest_traits_come_first_and_no_more_than_asked_for():
    table = comparison([(1, "age", 0.5, 50, 40), (1, "orders", -2.0, 1, 5), (1, "income", 1.0, 9, 5)])
    assert trait_table(table, unlike(table), 2, "€")["column"].tolist() == ["orders", "income"]


def test_what_is_middling_is_no_trait():
    table = comparison([(1, "age", 0.3, 42, 40)])
    assert trait_table(table, unlike(table), 4, "€").empty


def test_what_was_told_is_not_told_again():
    table = comparison([(1, "orders", 2.0, 14, 5), (1, "net_revenue", 1.5, 900, 300), (1, "age", 0.5, 50, 40)])
    similar = unlike(table)
    similar.loc["net_revenue", "orders"] = similar.loc["orders", "net_revenue"] = 0.9
    assert trait_table(table, similar, 4, "€")["column"].tolist() == ["orders", "age"]


def test_one_category_of_a_question_is_enough():
    table = comparison([(1, "channel=App", 2.0, 0.9, 0.2), (1, "channel=Store", -1.5, 0.1, 0.8)])
    assert trait_table(table, unlike(table), 4, "€")["column"].tolist() == ["channel=App"]


def test_a_trait_whose_values_contradict_it_is_not_told():
    table = comparison([(1, "orders", 0.9, 4, 5), (1, "age", 0.5, 50, 40)])
    assert trait_table(table, unlike(table), 4, "€")["column"].tolist() == ["age"]


@pytest.mark.parametrize(
    ("column", "ours", "theirs", "currency", "told"),
    [
        ("returned_share", 0.0101, 0.0099, "€", False),  # 1%
        ("returned_share", 0.0049, 0.0001, "€", False),  # under 1%
        ("returned_share", 0.0051, 0.0049, "€", True),  # 1% and under 1%
        ("channel=App", 0.204, 0.196, "€", False),  # 20%
        ("age", 40.04, 39.96, "€", False),  # 40
        ("age", 40.06, 39.96, "€", True),  # 40.1
        ("net_revenue", 1000.4, 999.6, "€", False),  # €1,000
        ("net_revenue", 61.04, 61.0, "€", True),  # €61.04
        ("net_revenue", 61.04, 61.0, "k€", False),  # €61k
    ],
)
def test_a_trait_whose_values_read_the_same_is_not_told(column, ours, theirs, currency, told):
    table = comparison([(1, column, 0.9, ours, theirs)])
    assert len(trait_table(table, unlike(table), 4, currency)) == told


def test_what_a_model_expects_of_nearly_everyone_is_no_trait():
    table = comparison([(1, "expected_orders", 0.9, 6.94, 6.93), (2, "expected_orders", 0.9, 7.9, 6.93)])
    assert trait_table(table, unlike(table), 4, "€")["segment"].tolist() == [2]


def test_a_column_of_the_business_is_called_by_its_own_name():
    assert traits.phrase("loyalty_points", 1.0) == "have higher loyalty points"


def test_a_name_is_made_of_the_two_strongest_differences():
    table = comparison([(1, "orders", 1.5, 14, 5), (1, "recency_days", -0.8, 5, 60), (1, "age", 0.5, 50, 40)])
    assert names_of(table) == {1: "Have placed more orders and ordered more recently"}


def test_a_name_that_is_taken_grows_by_the_next_difference():
    rows = [(1, "orders", 1.5, 14, 5), (1, "recency_days", -0.8, 5, 60), (1, "age", 0.5, 50, 40)]
    names = names_of(comparison(rows), taken={"Have placed more orders and ordered more recently"})
    assert names == {1: "Have placed more orders, ordered more recently and are older"}


def test_a_segment_like_everyone_is_called_so():
    assert names_of(comparison([(1, "age", 0.1, 41, 40)])) == {1: "Like everyone"}


def test_a_segment_of_too_few_takes_no_name_from_others():
    table = comparison([(2, "age", 0.1, 41, 40)])
    sized = pd.DataFrame({"segment": [1, 2, 0], "too_few": [True, False, False]})
    named = traits.names(sized, table, trait_table(table, unlike(table), 4, "€"), {}, DISTINCT)
    assert named == {1: "Segment 1, too few to describe", 2: "Like everyone", 0: "Not assigned"}


def test_a_name_does_not_say_the_same_twice():
    table = comparison([(1, "net_revenue", 1.5, 90, 30), (1, "total_spend", 1.4, 90, 30), (1, "age", 0.5, 50, 40)])
    similar = unlike(table)
    similar.loc["total_spend", "net_revenue"] = similar.loc["net_revenue", "total_spend"] = 1.0
    assert names_of(table, similar) == {1: "Have spent more and are older"}


def test_a_name_has_room_for_the_beginning_of_a_label():
    long = "A way to pay that takes eighty signs to be told, " * 2
    table = comparison([(1, f"payment={long}", 1.5, 0.9, 0.1), (2, f"payment={long.upper()}", 1.2, 0.9, 0.1)])
    names = names_of(table)
    assert names[1] == "More often have payment A way to pay that takes eighty…"
    assert max(map(len, names.values())) < 60
    assert len(set(names.values())) == 2


def test_of_copies_the_column_that_the_study_has_first_is_told():
    table = comparison([(1, "total_spend", 1.5, 90, 30), (1, "additional_costs", 1.5, 9, 3)])
    similar = unlike(table).replace(0.0, 1.0)
    assert trait_table(table, similar, 4, "€")["column"].tolist() == ["total_spend"]
    assert names_of(table, similar) == {1: "Have a higher total spend"}


differences = st.lists(st.sampled_from([-1.5, -0.5, 0.0, 0.2, 0.5, 1.5]), min_size=3, max_size=3)


@settings(max_examples=40)
@given(st.lists(differences, min_size=1, max_size=6))
def test_names_are_different_and_hold_no_number_whatever_the_differences(segments):
    rows = [
        (segment, column, difference, 10 + difference, 10)
        for segment, own in enumerate(segments, start=1)
        for column, difference in zip(["age", "orders", "income"], own, strict=True)
    ]
    names = names_of(comparison(rows))
    assert len(set(names.values())) == len(segments)
    assert not any(mark.isdigit() for name in names.values() for mark in name)


@pytest.mark.parametrize(
    ("name", "verdict", "spoken"),
    [
        ("Loyal regulars", DISTINCT, "Loyal regulars"),
        ("Loyal regulars", CUT, "Mostly loyal regulars"),
        ("VIP customers", CUT, "Mostly VIP customers"),
        ("Loyal regulars", UNSUPPORTED, "Segment 2: loyal regulars"),
    ],
)
def test_a_name_says_no_more_than_the_verdict_bears(name, verdict, spoken):
    assert traits.spoken(name, 2, verdict) == spoken


def test_the_verdicts_are_those_that_chapter_4_gives():
    assert set(traits.VERDICTS) == set(get_args(Kind))
    assert [traits.may_be_named(verdict) for verdict in traits.VERDICTS] == [True, True, False]


def test_a_verdict_that_nobody_gives_is_refused():
    with pytest.raises(StudyError, match="'rather good', known are distinct groups") as refused:
        traits.may_be_named("rather good")
    assert refused.value.stage == "validation"


def test_columns_that_tell_the_segments_apart_do_not_repeat_each_other():
    customers = pd.DataFrame({"orders": [9, 8, 1, 2], "net_revenue": [91, 81, 11, 21], "segment": [1, 1, 2, 2]})
    numbers = measured(customers)
    compared = compare(numbers, customers["segment"], ProfilingParams())
    assert traits.telling_columns(compared, alike(numbers)) == ["orders"]  # of equals the first of the study
