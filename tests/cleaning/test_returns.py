"""Returns are taken off sales before them, those at their price first, and never more than was sold or paid."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import ibis.expr.types as ir
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from ibis.backends.duckdb import Backend
from pandas.testing import assert_frame_equal

from customer_segments.base import engine
from customer_segments.base.money import MONEY, PRICE, QUANTITY
from customer_segments.steps.cleaning.returns import near_returns, net_returns
from tests.tables import frame_of, table_of

BACKEND = engine.connect()
COLUMNS = "customer_id product ordered_at quantity unit_price"
TYPES = {"quantity": QUANTITY, "unit_price": PRICE}
RESULT = ["row", "returned_quantity", "refunded", "unmatched_quantity", "refunded_beyond"]


@pytest.fixture(scope="module")
def backend() -> Backend:
    return BACKEND


def lines_of(backend: Backend, rows: list[tuple], columns: str = COLUMNS) -> ir.Table:
    rows = [(*row[:-2], Decimal(str(row[-2])), Decimal(str(row[-1]))) for row in rows]
    names = columns.split()
    frame = table_of(backend, columns, rows, types={"invoice_id": "string"} | TYPES)
    frame = frame.mutate(gross_revenue=(frame.quantity * frame.unit_price).cast(MONEY))
    return frame.mutate(**({} if "invoice_id" in names else {"invoice_id": frame.row.cast("string")}))


def outcome(lines: ir.Table) -> pd.DataFrame:
    return frame_of(net_returns(lines), "row")[RESULT].astype("float64").astype({"row": int})


def expected(*rows: tuple[float, ...]) -> pd.DataFrame:
    """Rows of the outcome; zeros at the end may be left out."""
    full = [(*row, *[0] * (len(RESULT) - len(row))) for row in rows]
    return pd.DataFrame(full, columns=RESULT).astype("float64").astype({"row": int})


def tea_of_ann(backend: Backend, *bought: tuple[float, float]) -> ir.Table:
    """One line a day of the same customer and product: quantity and unit price."""
    return lines_of(backend, [("ann", "tea", f"2024-01-{day:02}", *line) for day, line in enumerate(bought, 1)])


def test_a_return_undoes_the_latest_sale_of_as_many_at_its_price(backend: Backend) -> None:
    lines = tea_of_ann(backend, (2, 10), (2, 10), (3, 10), (2, 11), (-2, 10))
    assert_frame_equal(outcome(lines), expected((2, 2, 20), (5, 0)))


def test_each_sale_is_undone_once(backend: Backend) -> None:
    lines = tea_of_ann(backend, (2, 10), (2, 10), (-2, 10), (2, 10), (-2, 10), (-2, 10))
    assert_frame_equal(outcome(lines), expected((1, 2, 20), (2, 2, 20), (3, 0), (4, 2, 20), (5, 0), (6, 0)))


def test_where_no_sale_is_as_large_the_oldest_units_at_its_price_come_back(backend: Backend) -> None:
    lines = tea_of_ann(backend, (2, 11), (2, 10), (3, 10), (-4, 10))
    assert_frame_equal(outcome(lines), expected((2, 2, 20), (3, 2, 20), (4, 0)))


def test_at_a_lower_price_a_part_of_the_sales_money_stays(backend: Backend) -> None:
    assert_frame_equal(outcome(tea_of_ann(backend, (2, 10), (-1, 9))), expected((1, 1, 9), (2, 0)))


def test_a_unit_brings_back_no_more_than_it_was_sold_for_and_the_rest_has_a_name(backend: Backend) -> None:
    lines = tea_of_ann(backend, (2, 10), (-3, 12))
    assert_frame_equal(outcome(lines), expected((1, 2, 20), (2, 0, 0, 1, 4)))


def test_a_line_at_a_price_below_zero_is_neither_a_sale_nor_a_return(backend: Backend) -> None:
    assert outcome(tea_of_ann(backend, (1, -5), (-1, -5))).empty


def test_the_rows_near_a_return_are_all_that_netting_needs(backend: Backend) -> None:
    lines = lines_of(
        backend,
        [
            ("ann", None, "2024-01-01", 1, 10),
            ("ann", "cup", "2024-01-01", 1, 10),
            ("bob", None, "2024-01-01", 1, 10),
            ("ann", None, "2024-01-02", -1, 10),
        ],
    )
    assert frame_of(near_returns(lines), "row")["row"].tolist() == [1, 4]


def test_what_exceeds_the_earlier_sales_has_no_sale_and_later_sales_stay_whole(backend: Backend) -> None:
    lines = lines_of(
        backend,
        [
            ("ann", "tea", "2024-01-01", 1, 10),
            ("ann", "tea", "2024-01-02", -3, 10),
            ("ann", "tea", "2024-01-03", 5, 10),
        ],
    )
    assert_frame_equal(outcome(lines), expected((1, 1, 10, 0), (2, 0, 0, 2)))


def test_other_customers_and_products_are_left_alone(backend: Backend) -> None:
    lines = lines_of(
        backend,
        [
            ("bob", "tea", "2024-01-01", 1, 10),
            ("ann", "cup", "2024-01-01", 1, 10),
            ("ann", "tea", "2024-01-02", -1, 10),
        ],
    )
    assert_frame_equal(outcome(lines), expected((3, 0, 0, 1)))


def test_at_the_same_moment_the_sale_comes_first(backend: Backend) -> None:
    lines = lines_of(backend, [("ann", "tea", "2024-01-01", -1, 10), ("ann", "tea", "2024-01-01", 1, 10)])
    assert_frame_equal(outcome(lines), expected((1, 0, 0, 0), (2, 1, 10, 0)))


def test_without_a_product_the_unit_price_tells_what_was_returned(backend: Backend) -> None:
    rows = [("ann", "2024-01-01", 1, 10), ("ann", "2024-01-01", 1, 12), ("ann", "2024-01-02", -1, 12)]
    whole = lines_of(backend, rows, columns="customer_id ordered_at quantity unit_price")
    unnamed = lines_of(backend, [(row[0], None, *row[1:]) for row in rows])
    for lines in (whole, unnamed):
        assert_frame_equal(outcome(lines), expected((2, 1, 12, 0), (3, 0, 0, 0)))


def test_no_return_leaves_nothing_to_net(backend: Backend) -> None:
    lines = lines_of(backend, [("ann", "tea", "2024-01-01", 1, 10)])
    assert outcome(lines).empty


days = st.integers(1, 6)
quantities = st.integers(-4, 4).filter(bool)
sold_lines = st.tuples(
    st.sampled_from("abcdefgh"), st.sampled_from(["x", "y", None]), days, quantities, st.integers(1, 3)
)


# Customers and products do not touch each other, so one long list holds many small cases; shrinking takes minutes.
@settings(max_examples=4, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(sold_lines, min_size=60, max_size=120))
def test_window_functions_agree_with_a_loop_over_queues(drawn: list[tuple]) -> None:
    rows = [(who, what, f"2024-01-{day:02}", quantity, price) for who, what, day, quantity, price in drawn]
    returned, refunded, beyond, taken = defaultdict(int), defaultdict(int), defaultdict(int), defaultdict(int)
    day = {row: drawn[row - 1][2] for row in range(1, len(drawn) + 1)}

    def in_order(row: int) -> tuple:
        _, _, day, quantity, price = drawn[row - 1]
        return (day, quantity < 0, str(row), quantity, price)

    def open_units(row: int) -> int:
        return abs(drawn[row - 1][3]) - (returned[row] + taken[row])

    def take(sale: int, back: int, units: int) -> None:
        sold_at, refunded_at = drawn[sale - 1][4], drawn[back - 1][4]
        assert day[sale] <= day[back]
        returned[sale] += units
        taken[back] += units
        refunded[sale] += units * min(sold_at, refunded_at)
        beyond[back] += units * max(refunded_at - sold_at, 0)

    rounds = (
        (lambda who, what, price, units: (who, what, price, units), -1),
        (lambda who, what, price, units: (who, what, price), 0),
        (lambda who, what, price, units: (who, what, price if what is None else None), 0),
    )
    for same, which in rounds:
        shelves = defaultdict(list)
        for row in sorted(day, key=in_order):
            who, what, _, quantity, price = drawn[row - 1]
            shelf = shelves[same(who, what, price, abs(quantity))]
            if open_units(row) and quantity > 0 and not (which and returned[row]):
                shelf.append(row)
            while quantity < 0 and open_units(row) and shelf:
                sale = shelf[which]
                take(sale, row, min(open_units(sale), open_units(row)))
                if not open_units(sale):
                    shelf.pop(which)
    lost = {row: open_units(row) for row in day if drawn[row - 1][3] < 0}
    sold_back = {row for row, units in returned.items() if units}
    rows_due = [
        (row, returned[row], refunded[row], lost.get(row, 0), beyond[row]) for row in sorted(sold_back | set(lost))
    ]
    found = outcome(lines_of(BACKEND, rows))
    assert_frame_equal(found, expected(*rows_due))
    sold = pd.Series([row[3] for row in drawn], index=range(1, len(drawn) + 1))
    assert (found["returned_quantity"].to_numpy() <= sold.loc[found["row"]].clip(lower=0).to_numpy()).all()
