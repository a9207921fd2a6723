import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from customer_segments.base import engine
from customer_segments.pages.eda import contents
from customer_segments.pages.eda.decisions import sentence
from customer_segments.steps.eda import distributions
from customer_segments.steps.eda.look import Weight, in_numbers
from tests.eda.looks import first_look
from tests.tables import table_of

BACKEND = engine.connect()
AGES = pd.Series([20.0, 30, 30, 40, 40, 40, 50, 50, 60] * 40 + [999])


def test_numbers_are_those_that_measure_of_customers_and_of_sales_without_returns():
    customers = table_of(BACKEND, "customer_id age", [("1", 30), ("2", None)])
    lines = table_of(BACKEND, "customer_id line_number quantity unit_price", [("1", 1, 2.0, 9.5), ("1", 2, -2.0, 9.5)])
    numbers = distributions.numbers_of(customers, lines)
    assert {name: list(values) for name, values in numbers.items()} == {
        "age": [30.0], "quantity": [2.0], "unit_price": [9.5],
    }  # fmt: skip


def test_either_table_may_be_absent():
    assert distributions.numbers_of(None, None) == {}
    assert distributions.spread({}, 3.0).empty
    assert distributions.histogram({}, distributions.spread({}, 3.0)).empty


def test_fences_lie_so_many_interquartile_ranges_beyond_the_quartiles():
    found = distributions.spread({"age": AGES}, fence=2.0).iloc[0]
    assert (found["lower_quartile"], found["median"], found["upper_quartile"]) == (30, 40, 50)
    assert (found["lower_fence"], found["upper_fence"]) == (-10, 90)
    assert (found["beyond"], found["apart"], found["examples"]) == (1, 1, [999.0])


def test_a_long_tail_lies_beyond_the_fence_but_does_not_stand_apart():
    tail = pd.Series([*np.repeat([1.0, 2, 3], 40), 4, 5, 6, 7, 8, 9, 10])
    found = distributions.spread({"quantity": tail}, fence=2.0)
    assert (found["beyond"].item(), found["apart"].item()) == (3, 0)
    (finding,) = in_numbers(found)
    assert finding.weight is Weight.INFORMS
    assert sentence(finding, "€") == "Quantity has a long tail: 3 values far out (2%), as far as 10."


def test_values_that_stand_apart_are_called_likely_errors():
    (finding,) = in_numbers(distributions.spread({"age": AGES}, 3.0))
    assert finding.weight is Weight.MATTERS
    assert sentence(finding, "€") == (
        "Age: 1 value stands apart from all others (such as 999), more likely errors than people."
    )


@pytest.mark.parametrize("seed", range(5))
def test_skewed_amounts_are_measured_on_a_log_scale_and_have_no_false_outliers(seed):
    income = pd.Series(np.random.default_rng(seed).lognormal(10, 1.0, 3000))
    found = distributions.spread({"income": income}, 3.0).iloc[0]
    assert (found["scale"], found["beyond"]) == ("log", 0)


def test_a_skewed_column_that_spans_less_than_a_factor_of_ten_stays_linear():
    heights = pd.Series(100 + np.random.default_rng(1).exponential(10, 3000))
    assert distributions.spread({"height": heights}, 3.0)["scale"].item() == "linear"


@pytest.mark.parametrize("seed", range(5))
def test_a_bell_curve_stays_linear_whatever_stands_far_out(seed):
    age = pd.Series([*np.random.default_rng(seed).normal(45, 10, 3000), 999.0, 9999.0])
    found = distributions.spread({"age": age}, 3.0).iloc[0]
    assert (found["scale"], found["beyond"], found["apart"]) == ("linear", 2, 2)


def test_a_column_whose_values_are_mostly_the_same_has_no_fence():
    found = distributions.spread({"quantity": pd.Series([1.0] * 9 + [7.0])}, 3.0).iloc[0]
    assert (found["beyond"], found["apart"]) == (0, 0)


def test_whole_numbers_get_a_bar_each():
    numbers = {"quantity": pd.Series([1.0, 1, 2, 3, 3, 3])}
    bars = distributions.histogram(numbers, distributions.spread(numbers, 3.0))
    expected = pd.DataFrame({"left": [0.5, 1.5, 2.5], "right": [1.5, 2.5, 3.5], "rows": [2, 1, 3]})
    assert_frame_equal(bars[["left", "right", "rows"]], expected, check_dtype=False)


def test_a_column_with_one_value_can_be_drawn():
    numbers = {"age": pd.Series([2.5, 2.5])}
    assert distributions.histogram(numbers, distributions.spread(numbers, 3.0))["rows"].sum() == 2


@settings(max_examples=60)
@given(st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 3)), min_size=1, max_size=50))
@example([0.0, 120.0, 1.9, 1.9, 1.9, 0.004])
@example([0.0, 120.0, 2.0, 2.0, 2.0, 0.004])
def test_every_value_is_in_one_bar_or_not_drawn(values):
    numbers = {"income": pd.Series(values)}
    bars = distributions.histogram(numbers, distributions.spread(numbers, 3.0))
    assert bars["rows"].sum() + bars["not_drawn"].iloc[0] == len(values)


def test_readers_see_only_the_fence_that_something_lies_beyond():
    spread = distributions.spread({"age": AGES, "income": AGES[:-1]}, 3.0)
    expected = pd.DataFrame([("Age", "up to 110", "1", "0.3%", "1", "999")])
    expected.columns = ["Column", "Expected of all rows", "Beyond it", "Share", "Apart", "Furthest"]
    bars = distributions.histogram({"age": AGES, "income": AGES[:-1]}, spread)
    first = first_look(spread=spread, bars=bars)
    content, caption = contents.far_out(first, "€")
    assert_frame_equal(content, expected)
    assert "1 value lies far out" in caption
    _, caption, alt, title = contents.histograms(first, "€")
    assert title == "No column is skewed"
    assert "1 value far out, or not above zero on a log axis, is not drawn" in caption
    assert "Income €30.00 to €50.00" in alt


def test_where_nothing_lies_far_out_this_is_said_with_the_rule():
    _, caption = contents.far_out(first_look(spread=distributions.spread({"age": AGES[:-1]}, 3.0)), "€")
    assert caption == (
        "No value lies far out (more than 3 interquartile ranges beyond the quartiles, on a log scale where skewed)."
    )
