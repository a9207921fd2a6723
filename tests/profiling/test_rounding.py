import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from customer_segments.base import registry, words
from customer_segments.steps.profiling import rounding

COLUMNS = {"age": 1e7, "net_revenue": 1e13, "returned_share": 1.0}  # a number, money, a share: up to which value
near = st.floats(-0.006, 0.006)


def together(column: str) -> st.SearchStrategy[tuple[float, float]]:
    """Two values that are written alike or nearly so."""
    largest = COLUMNS[column]
    least = 0.0 if largest == 1 else -largest
    values = st.one_of(
        st.floats(least, largest),
        st.sampled_from([0.0, 1.0, 99.996, 100.0, 999.5, 999.95, 999_950.0, 999_950_000.0, 0.005, 0.004, 0.995]),
    )
    values = values.filter(lambda value: value <= largest and not (value == 0 and math.copysign(1, value) < 0))
    moved = st.tuples(values, near).map(lambda pair: (pair[0], min(largest, max(least, pair[0] * (1 + pair[1])))))
    return st.one_of(st.tuples(values, values), moved)


@pytest.mark.parametrize("currency", ["€", "k€"])
@given(data=st.data())
def test_values_are_seen_alike_exactly_where_they_are_written_alike(currency, data):
    column = data.draw(st.sampled_from(sorted(COLUMNS)))
    one, other = data.draw(together(column))
    written = registry.in_unit(column, one, currency) == registry.in_unit(column, other, currency)
    assert (rounding.seen(column, one, False, currency) == rounding.seen(column, other, False, currency)) is written


@given(st.floats(0, 1), st.floats(0, 1))
@example(0.0049, 0.0001)
@example(0.005, 0.0)
@example(0.005, 0.0049)
@example(0.0099, 0.0101)
@example(0.994, 0.996)
def test_shares_are_seen_alike_exactly_where_their_per_cent_is_written_alike(one, other):
    alike = rounding.percent(one) == rounding.percent(other)
    assert alike is (words.percent(one) == words.percent(other))


@pytest.mark.parametrize(
    ("one", "other", "currency", "alike"),
    [
        (99.994, 99.99, "€", True),
        (99.996, 100.0, "€", False),  # €100.00 and €100
        (100.4, 99.996, "€", False),
        (999_949.0, 999_950.0, "€", False),  # €999,949 and €1.00 million
        (1_004_000.0, 999_950.0, "€", True),
        (61.04, 61.0, "k€", True),  # €61k
        (250.4, 250.0, "k€", True),  # €250k
        (61.04, 61.0, "€", False),  # €61.04
        (-5.0, 5.0, "€", False),
    ],
)
def test_money_is_rounded_as_the_studys_currency_is_written(one, other, currency, alike):
    assert (rounding.money(one, currency) == rounding.money(other, currency)) is alike


def test_a_category_is_a_share_whatever_the_unit_of_its_column():
    assert rounding.seen("net_revenue", 0.204, True, "€") == rounding.seen("net_revenue", 0.196, True, "€") == 20
