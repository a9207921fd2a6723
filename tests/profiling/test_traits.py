import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_segments.base.params import ProfilingParams
from customer_segments.steps.profiling.distinctiveness import level
from customer_segments.steps.profiling.traits import descriptive_names, phrase, trait_table

PARAMS = ProfilingParams()


def comparison(rows):
    """A comparison from (segment, column, difference, typical value, everyone's)."""
    table = pd.DataFrame(rows, columns=["segment", "column", "difference", "typical", "typical_of_all"])
    table["is_share"] = table["column"].str.contains("=")
    table["mean"] = table["median"] = table["typical"]
    table["rank"] = 1 / (1 + np.exp(-1.7 * table["difference"]))
    return table.assign(level=[level(difference, PARAMS) for difference in table["difference"]])


def unlike(table):
    """No two columns rank customers alike."""
    columns = table["column"].unique()
    return pd.DataFrame(0.0, index=columns, columns=columns)


def names_of(table, similar=None, taken=frozenset()):
    told = trait_table(table, unlike(table) if similar is None else similar, 4, "€")
    return descriptive_names(told, table, list(table["segment"].unique()), set(taken))


def test_a_trait_gives_the_value_and_everyones():
    table = comparison(
        [(1, "orders", 1.5, 14, 5), (1, "channel=App", -0.8, 0.1, 0.4), (1, "net_revenue", 0.5, 900, 300)]
    )
    assert trait_table(table, unlike(table), 3, "€")["text"].tolist() == [
        "Many orders: 14 orders (all customers: 5)",
        "Channel less often App: 10% of them (all customers: 40%)",
        "High revenue: €900 (all customers: €300)",
    ]


def test_a_single_one_is_told_in_the_singular():
    table = comparison([(1, "orders", -1.5, 1, 5), (1, "recency_days", -1.2, 1, 40)])
    assert trait_table(table, unlike(table), 2, "€")["text"].tolist() == [
        "Few orders: 1 order (all customers: 5)",
        "Ordered lately: 1 day since the last order (all customers: 40)",
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


def test_a_trait_whose_values_read_the_same_is_not_told():
    table = comparison([(1, "returned_share", 0.9, 0.0101, 0.0099)])
    assert trait_table(table, unlike(table), 4, "€").empty


def test_a_column_of_the_business_is_called_by_its_own_name():
    assert phrase("loyalty_points", 1.0) == "high loyalty points"
    table = comparison([(1, "loyalty {points}", 1.0, 80, 20)])
    text = trait_table(table, unlike(table), 4, "€")["text"].item()
    assert text == "High loyalty {points}: 80 (all customers: 20)"


def test_a_name_is_made_of_the_two_strongest_differences():
    table = comparison([(1, "orders", 1.5, 14, 5), (1, "recency_days", -0.8, 5, 60), (1, "age", 0.5, 50, 40)])
    assert names_of(table) == {1: "Many orders, ordered lately"}


def test_a_name_that_is_taken_grows_by_the_next_difference():
    rows = [(1, "orders", 1.5, 14, 5), (1, "recency_days", -0.8, 5, 60), (1, "age", 0.5, 50, 40)]
    names = names_of(comparison(rows), taken={"Many orders, ordered lately"})
    assert names == {1: "Many orders, ordered lately, older"}


def test_a_segment_like_everyone_is_called_so():
    assert names_of(comparison([(1, "age", 0.1, 41, 40)])) == {1: "Like everyone"}


def test_a_name_does_not_say_the_same_twice():
    table = comparison([(1, "net_revenue", 1.5, 90, 30), (1, "total_spend", 1.4, 90, 30), (1, "age", 0.5, 50, 40)])
    similar = unlike(table)
    similar.loc["total_spend", "net_revenue"] = similar.loc["net_revenue", "total_spend"] = 1.0
    assert names_of(table, similar) == {1: "High revenue, older"}


def test_of_copies_the_column_that_the_study_has_first_is_told():
    table = comparison([(1, "total_spend", 1.5, 90, 30), (1, "additional_costs", 1.5, 9, 3)])
    similar = unlike(table).replace(0.0, 1.0)
    assert trait_table(table, similar, 4, "€")["column"].tolist() == ["total_spend"]
    assert names_of(table, similar) == {1: "High total spend"}


differences = st.lists(st.sampled_from([-1.5, -0.5, 0.0, 0.2, 0.5, 1.5]), min_size=3, max_size=3)


@settings(max_examples=40, deadline=None)
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
