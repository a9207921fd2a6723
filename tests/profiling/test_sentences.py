import pandas as pd
import pytest

from customer_segments.base.params import ProfilingParams
from customer_segments.pages.profiling import sentences as said
from customer_segments.pages.profiling import tables
from customer_segments.steps.profiling.traits import CUT, UNSUPPORTED, VERDICTS, trait_table
from tests.profiling.made import comparison, found, profiles, unlike

CLOSE = pd.DataFrame(
    {"segment": [1], "column": ["orders"], "asked": ["high"], "difference": [1.5], "limit": [0.4], "margin": [1.1]}
)


def told(rows=(), margins=None, **parts):
    """A result of these differences."""
    compared = comparison(list(rows))
    traits = trait_table(compared, unlike(compared), 4, "€")
    margins = CLOSE.head(0) if margins is None else margins
    return found(comparison=compared, traits=traits, margins=margins, **parts)


def findings(table, rows=(), margins=None):
    return said.findings(told(rows, margins), table, "€")


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
    caption, _, title = said.sizes(table)
    assert title == said.headline(table)
    assert (
        "customers by segment, in per cent. Shares of revenue are left out: the study has no transactions." in caption
    )
    assert "paid back" in said.sizes(profiles().assign(revenue=-5.0, revenue_share=float("nan")))[0]


def test_customers_in_no_segment_are_not_counted():
    table = profiles(customers=(30, 70, 5), revenue=(200.0, 100.0, 700.0)).assign(segment=[1, 2, 0])
    assert said.headline(table) == "Two segments that bring about as much net revenue as they have customers"
    assert said.headline(table.drop(columns=["revenue", "revenue_share"])).startswith("Two segments; the largest, “Gro")


def test_the_main_figure_is_told_in_words():
    assert said.sizes(profiles())[1] == (
        "Bars for each segment. Group A: 30% of customers, 80% of net revenue; "
        "Group B: 70% of customers, 20% of net revenue."
    )


def test_findings_name_the_leaders_the_sharpest_trait_and_the_name_that_hangs_by_least():
    rows = [(1, "orders", 1.5, 14, 5), (2, "orders", -0.6, 1, 5)]
    close = pd.concat([CLOSE.assign(segment=2, margin=1.2), CLOSE])
    sentences = findings(profiles(), rows, close.reset_index(drop=True))
    assert sentences[0] == (
        "One of two segments, 30% of customers, brings 80% of the net revenue (**Group A**): "
        "9.3 times as much per customer as the others."
    )
    assert sentences[1] == (
        "**Group A** stands furthest apart from all customers: have placed more orders: 14 orders (all customers: 5)."
    )
    assert sentences[2].startswith("The name **Group A** hangs by least")
    assert "asks for orders high, and lies 1.5 standard deviations" in sentences[2]
    assert len(sentences) == 4


def test_leaders_are_not_compared_with_others_who_bring_nothing():
    assert findings(profiles(revenue=(800.0, -10.0)))[0].endswith(" of the net revenue (**Group A**).")


@pytest.mark.parametrize("verdict", [CUT, UNSUPPORTED])
def test_what_the_verdict_means_for_names_is_among_the_findings(verdict):
    assert findings(profiles().assign(verdict=verdict))[1] == said.PREFACES[verdict]


def test_every_verdict_has_its_preface():
    assert set(said.PREFACES) == set(VERDICTS)


def test_names_from_the_playbook_cannot_format_the_findings():
    assert "<b>" not in findings(profiles().assign(name=["<b>*A*", "B"]))[0]


def test_the_heatmaps_caption_names_the_strongest_difference_and_the_limits():
    result = told([(1, "orders", 1.5, 14, 5), (2, "age", -2.0, 20, 40), (2, "orders", -0.5, 4, 5)])
    caption, alt, title = tables.heat_in_words(result, ProfilingParams(high_above=0.3, very_high_above=0.9), "€")
    assert title == "“Group B” stands out most: age 2 standard deviations below the mean"
    above = tables.heat_in_words(told([(1, "orders", 1.5, 14, 5)]), ProfilingParams(), "€")[2]
    assert above == "“Group A” stands out most: orders 1.5 standard deviations above the mean"
    assert "From 0.3 on" in caption
    assert "from 0.9 on" in caption
    assert alt.endswith(
        "Group A: Have placed more orders: 14 orders (all customers: 5); "
        "Group B: Younger: 20 years old (all customers: 40)."
    )


BOXES = {"segment": [1, 2], "column": ["orders"] * 2, "med": [3, 10.5], "q3": [5, 12], "whishi": 20}


@pytest.mark.parametrize(("q1", "start"), [((1, 9), "In orders the"), ((1, 3), "In no column")])
def test_only_boxes_that_lie_wholly_apart_are_called_so(q1, start):
    caption, alt, title = said.spread(found(quantiles=pd.DataFrame(BOXES | {"whislo": 0, "q1": q1})), "€")
    assert title.startswith(start)
    assert "lines the middle 90%." in caption
    assert alt == "Box plots by segment. Medians: Orders: Group A 3, Group B 10.5."


def test_boxes_without_lines_are_explained():
    quantiles = pd.DataFrame(BOXES | {"whislo": [1, 2], "q1": [1, 3], "whishi": [5, 20]})
    assert "segments of few customers have no lines." in said.spread(found(quantiles=quantiles), "€")[0]
