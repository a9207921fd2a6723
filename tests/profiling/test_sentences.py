import pandas as pd
import pytest

from customer_segments.base.params import ProfilingParams
from customer_segments.steps.profiling import sentences as said
from customer_segments.steps.profiling.tables import has_revenue
from customer_segments.steps.profiling.tone import PREFACES
from tests.profiling.test_traits import comparison, trait_table, unlike


def profiles(customers=(30, 70), revenue=(800.0, 200.0)):
    table = pd.DataFrame({"segment": range(1, len(customers) + 1), "customers": customers})
    table["name"] = [f"Group {letter}" for letter in "ABCDEFG"[: len(customers)]]
    table["customer_share"] = table["customers"] / table["customers"].sum()
    table["because"] = table["play"] = "orders high"
    table["verdict"] = "distinct groups"
    table["too_few"] = False
    if revenue is not None:
        table["revenue"] = revenue
        table["revenue_share"] = table["revenue"] / table["revenue"].sum()
    return table


def test_the_headline_names_the_few_who_bring_most():
    assert said.headline(profiles()) == "One of two segments, 30% of customers, brings 80% of the net revenue"


def test_the_headline_takes_as_many_segments_as_half_of_the_revenue_needs():
    table = profiles(customers=(10, 20, 70), revenue=(400.0, 300.0, 300.0))
    assert said.headline(table) == "Two of three segments, 30% of customers, bring 70% of the net revenue"


def test_the_headline_does_not_make_much_of_equal_shares():
    table = profiles(customers=(50, 50), revenue=(51.0, 49.0))
    assert said.headline(table) == "Two segments that bring about as much net revenue as they have customers"


def test_without_revenue_the_headline_speaks_of_sizes_and_the_caption_says_why():
    table = profiles(revenue=None)
    assert said.headline(table) == "Two segments; the largest, “Group B”, holds 70% of the customers"
    assert said.size_caption(table).endswith("Shares of revenue are left out: the study has no transactions.")
    assert "paid back" in said.size_caption(profiles().assign(revenue=-5.0, revenue_share=float("nan")))
    assert not has_revenue(table)


def test_the_main_figure_is_told_in_words():
    assert said.size_alt(profiles()) == (
        "Bars for each segment. Group A: 30% of customers, 80% of net revenue; "
        "Group B: 70% of customers, 20% of net revenue."
    )


def test_findings_name_the_leaders_the_sharpest_trait_and_the_name_that_hangs_by_least():
    compared = comparison([(1, "orders", 1.5, 14, 5), (2, "orders", -0.6, 1, 5)])
    close = pd.DataFrame(
        {"segment": [1], "column": ["orders"], "asked": ["high"], "difference": [1.5], "limit": [0.4], "margin": [1.1]}
    )
    findings = said.findings(profiles(), trait_table(compared, unlike(compared), 4, "€"), close)
    assert findings[0] == (
        "One of two segments, 30% of customers, brings 80% of the net revenue (**Group A**): "
        "9.3 times as much per customer as the others."
    )
    assert findings[1] == (
        "**Group A** stands furthest apart from all customers, by many orders: 14 orders (all customers: 5)."
    )
    assert "asks for orders high, and lies 1.5 standard deviations" in findings[2]
    assert len(findings) == 4


@pytest.mark.parametrize("verdict", ["a useful cut of a continuum", "not supported by the data"])
def test_what_the_verdict_means_for_names_is_among_the_findings(verdict):
    findings = said.findings(profiles().assign(verdict=verdict), pd.DataFrame(), pd.DataFrame())
    assert findings[1] == PREFACES[verdict]


def test_customers_in_no_segment_are_neither_counted_nor_leading():
    table = profiles(customers=(30, 70, 5), revenue=(200.0, 100.0, 700.0)).assign(segment=[1, 2, 0])
    assert said.headline(table).startswith("Two segments") or " of two segments" in said.headline(table)
    assert 0 not in said.leaders(table)["segment"].tolist()


def test_without_support_no_action_is_said_to_be_worth_anything():
    unsupported = profiles().assign(verdict="not supported by the data")
    assert "no action is recommended" in said.action_caption(unsupported, ProfilingParams())
    assert "probability of 80%, at a two-sided error of 5%" in said.action_caption(profiles(), ProfilingParams())


def test_names_from_the_playbook_cannot_format_the_findings():
    table = profiles().assign(name=["<b>*A*", "B"])
    assert "<b>" not in said.findings(table, pd.DataFrame(), pd.DataFrame())[0]


def test_the_heatmaps_caption_names_the_strongest_difference_and_the_limits():
    compared = comparison([(1, "orders", 1.5, 14, 5), (2, "age", -2.0, 20, 40)])
    caption = said.heat_caption(compared, profiles(), ProfilingParams(high_above=0.3, very_high_above=0.9))
    assert caption.startswith(
        "“Group B” stands out most: in age, 2 standard deviations below the mean of all customers."
    )
    assert "From 0.3 on" in caption
    assert "from 0.9 on" in caption


@pytest.mark.parametrize(("q1", "start"), [((1, 9), "In orders the"), ((1, 3), "In none of these")])
def test_only_boxes_that_lie_wholly_apart_are_called_so(q1, start):
    quantiles = pd.DataFrame({"column": ["orders"] * 2, "whislo": 0, "q1": q1, "q3": [5, 12], "whishi": 20})
    assert said.spread_caption(quantiles).startswith(start)
    assert said.spread_caption(quantiles).endswith("lines the middle 90%.")


def test_boxes_without_lines_are_explained():
    quantiles = pd.DataFrame({"column": ["orders"] * 2, "whislo": [1, 2], "q1": [1, 3], "q3": [5, 12]})
    assert said.spread_caption(quantiles.assign(whishi=[5, 20])).endswith("segments of few customers have no lines.")


def test_without_categories_the_sensitive_ones_are_not_denied():
    compared = comparison([(1, "age", 2.0, 40, 30)])
    assert said.shares_caption(compared, profiles()).startswith("Besides sensitive attributes (see below)")


def test_shares_are_compared_with_all_customers():
    compared = comparison([(1, "channel=App", 2.0, 0.9, 0.2)]).assign(mean=0.9, mean_of_all=0.2)
    assert said.shares_caption(compared, profiles()).endswith("Channel: App, 90% of “Group A” against 20% of all.")
