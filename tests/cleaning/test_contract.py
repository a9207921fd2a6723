"""What cleaning hands on keeps its contract, or is refused in a sentence."""

import ibis
import pytest

from customer_segments.base import engine
from customer_segments.base.contract import validate_collected
from customer_segments.base.errors import StudyError
from customer_segments.steps.cleaning.ledger import validate
from tests.tables import table_of

BACKEND = engine.connect()
LINE = "customer_id ordered_at quantity unit_price net_revenue"
TYPES = {"net_revenue": "float64"}


def test_lines_without_a_gap_and_customers_named_once_pass():
    validate("customers", table_of(BACKEND, "customer_id", [("ann",), ("bob",)]), 2)
    validate("transactions", table_of(BACKEND, LINE, [("ann", "2024-01-01", 1.0, 2.0, 2.0)], TYPES), 1)
    validate("transactions", table_of(BACKEND, LINE, [], TYPES), 0)


def test_a_gap_or_a_second_row_of_a_customer_is_refused():
    with pytest.raises(StudyError, match="the lines break their contract at `quantity`"):
        validate("transactions", table_of(BACKEND, LINE, [("ann", "2024-01-01", None, 2.0, 2.0)], TYPES), 1)
    with pytest.raises(StudyError, match="the customers break their contract"):
        validate("customers", table_of(BACKEND, "customer_id", [("ann",), ("ann",)]), 2)


def test_other_rows_than_the_ledger_leaves_are_refused():
    with pytest.raises(StudyError, match="customers: 2 rows are kept where the ledger leaves 1"):
        validate("customers", table_of(BACKEND, "customer_id", [("ann",), ("bob",)]), 1)


COLLECTED = "customer_id invoice_id ordered_at quantity unit_price unreadable"


def test_a_collected_table_keeps_its_kinds_and_has_every_needed_column_and_row_number():
    rows = [("ann", "a", "2024-01-01", 1.0, 2.0, None)]
    good = table_of(BACKEND, COLLECTED, rows)
    validate_collected("transactions", good)
    numberless = good.mutate(row=ibis.null("int64"))
    validate_collected("transactions", good.drop("quantity", "unit_price"))
    for bad in (good.mutate(quantity=good.quantity.cast("string")), good.drop("ordered_at"), numberless):
        with pytest.raises(StudyError, match="The transactions as collected break their contract"):
            validate_collected("transactions", bad)
