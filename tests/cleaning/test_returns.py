"""Returns are taken off the oldest sales before them, and never more than was sold."""

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

from customer_segments import engine
from customer_segments.cleaning.returns import PRICE, QUANTITY, net_returns
from tests.tables import frame_of, table_of

BACKEND = engine.connect()
COLUMNS = "customer_id product ordered_at quantity unit_price"
TYPES = {"quantity": QUANTITY, "unit_price": PRICE}
RESULT = ["row", "returned_quantity", "refunded", "unmatched_quantity"]


@pytest.fixture(scope="module")
def backend() -> Backend:
    return BACKEND


def lines_of(backend: Backend, rows: list[tuple], columns: str = COLUMNS) -> ir.Table:
    rows = [(*row[:-2], Decimal(str(row[-2])), Decimal(str(row[-1]))) for row in rows]
    names = columns.split()
    frame = table_of(backend, columns, rows, types={"invoice_id": "string"} | TYPES)
    return frame.mutate(**({} if "invoice_id" in names else {"invoice_id": frame.row.cast("string")}))


def outcome(lines: ir.Table) -> pd.DataFrame:
    return frame_of(net_returns(lines), "row")[RESULT].astype("float64").astype({"row": int})


def expected(*rows: tuple[int, float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=RESULT).astype("float64").astype({"row": int})


def test_a_return_takes_back_the_oldest_sale_first_at_its_own_price(backend: Backend) -> None:
    lines = lines_of(
        backend,
        [
            ("ann", "tea", "2024-01-01", 2, 10),
            ("ann", "tea", "2024-01-02", 3, 11),
            ("ann", "tea", "2024-01-03", -4, 9),
        ],
    )
    assert_frame_equal(outcome(lines), expected((1, 2, 18, 0), (2, 2, 18, 0), (3, 0, 0, 0)))


def test_two_returns_at_different_prices_share_one_sale(backend: Backend) -> None:
    lines = lines_of(
        backend,
        [
            ("ann", "tea", "2024-01-01", 5, 10),
            ("ann", "tea", "2024-01-02", -1, 10),
            ("ann", "tea", "2024-01-03", -2, 8),
        ],
    )
    assert_frame_equal(outcome(lines), expected((1, 3, 26, 0), (2, 0, 0, 0), (3, 0, 0, 0)))


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
@settings(max_examples=4, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(sold_lines, min_size=60, max_size=120))
def test_window_functions_agree_with_a_loop_over_queues(drawn: list[tuple]) -> None:
    rows = [(who, what, f"2024-01-{day:02}", quantity, price) for who, what, day, quantity, price in drawn]
    returned, refunded, unmatched, at = defaultdict(int), defaultdict(int), {}, {}
    queues = defaultdict(list)

    def in_order(row: int) -> tuple:
        _, _, day, quantity, price = drawn[row - 1]
        return (day, quantity < 0, str(row), quantity, price)

    for row in sorted(range(1, len(drawn) + 1), key=in_order):
        who, what, day, quantity, price = drawn[row - 1]
        queue, at[row] = queues[who, what, price if what is None else None], day
        if quantity > 0:
            queue.append([row, quantity])
            continue
        left = -quantity
        while left and queue:
            sale, stock = queue[0]
            taken = min(left, stock)
            assert at[sale] <= day
            returned[sale] += taken
            refunded[sale] += taken * price
            left, queue[0][1] = left - taken, stock - taken
            if queue[0][1] == 0:
                queue.pop(0)
        unmatched[row] = left
    rows_due = [(row, returned[row], refunded[row], unmatched.get(row, 0)) for row in sorted({*returned, *unmatched})]
    found = outcome(lines_of(BACKEND, rows))
    assert_frame_equal(found, expected(*rows_due))
    sold = pd.Series([row[3] for row in drawn], index=range(1, len(drawn) + 1))
    assert (found["returned_quantity"].to_numpy() <= sold.loc[found["row"]].clip(lower=0).to_numpy()).all()
