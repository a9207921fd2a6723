"""The cleaning rules as data: their names, their reasons, and which rows they catch, in the order they apply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from customer_segments.contract import ROW, TRANSACTIONS, UNREADABLE
from customer_segments.engine import materialised
from customer_segments.params import CleaningParams

REQUIRED = tuple(column.name for column in TRANSACTIONS if column.required)
# What cleaning adds to the tables before the rules see them.
HELPERS = ("exact_quantity", "exact_price", "exact_amount", "any_order_left")


@dataclass(frozen=True)
class Rule:
    """One cleaning rule: it rejects the rows it catches, or sets some of their cells to missing."""

    name: str
    why: str  # one sentence for a reader; may hold a parameter's name in braces
    catches: Callable[[ir.Table, CleaningParams], ir.BooleanValue]
    needs: tuple[str, ...] = ()  # skipped where one of these columns is absent
    repairs: tuple[str, ...] | None = None  # cells set to missing, () if they already are; None: the row is rejected
    active: Callable[[CleaningParams], bool] = lambda params: True


def _blank(text: ir.StringValue) -> ir.BooleanValue:
    # Stripping every text is slow; what is all blank sorts before "!".
    return text.isnull() | ((text < "!") & (text.strip() == ""))


def _any(*conditions: ir.BooleanValue) -> ir.BooleanValue:
    return reduce(or_, conditions)


def _needed_cell_unreadable(table: ir.Table) -> ir.BooleanValue:
    found = (table[name].isnull() & table[UNREADABLE].contains(f"{name}: ") for name in REQUIRED)
    return table[UNREADABLE].notnull() & _any(*found)


def _incomplete(table: ir.Table) -> ir.BooleanValue:
    needed = (table.ordered_at, table.exact_quantity, table.exact_price)
    return _any(_blank(table.invoice_id), *(cell.isnull() for cell in needed))


def _repeats_earlier_row(table: ir.Table) -> ir.BooleanValue:
    return ibis.row_number().over(group_by=_contents(table), order_by=ROW) > 0


def _repeats_earlier_line(table: ir.Table) -> ir.BooleanValue:
    # Comparing whole lines is costly, so only those are compared whose fingerprint occurs twice.
    marks = table.select(ROW, fingerprint=ibis.struct({name: table[name] for name in _contents(table)}).hash())
    seen = marks.group_by("fingerprint").agg(rows=marks.count())
    suspects = table.semi_join(materialised(marks.semi_join(seen.filter(seen.rows > 1), "fingerprint")), ROW)
    repeats = suspects.select(ROW, repeated=_repeats_earlier_row(suspects)).filter(lambda found: found.repeated)
    return table[ROW].isin(materialised(repeats.select(ROW))[ROW])


def _contents(table: ir.Table) -> list[str]:
    return [name for name in table.columns if name not in (ROW, *HELPERS)]


def _customer_seen_before(table: ir.Table) -> ir.BooleanValue:
    return ibis.row_number().over(group_by="customer_id", order_by=ROW) > 0


UNREADABLE_OPTIONAL = Rule(
    name="unreadable optional value",
    why="A cell that is not needed could not be read and counts as missing.",
    catches=lambda table, params: table[UNREADABLE].notnull(),
    needs=(UNREADABLE,),
    repairs=(),
)

TRANSACTION_RULES = (
    Rule(
        name="unreadable value",
        why="A cell that is needed could not be read as a number or a time.",
        catches=lambda table, params: _needed_cell_unreadable(table),
        needs=(UNREADABLE,),
    ),
    Rule(
        name="no customer",
        why="The line names no customer, so it counts for nobody.",
        catches=lambda table, params: _blank(table.customer_id),
    ),
    Rule(
        name="incomplete line",
        why="Invoice, time, quantity or unit price is missing.",
        catches=lambda table, params: _incomplete(table),
    ),
    Rule(
        name="repeated line",
        why="An earlier line is the same to the letter, so this one was most likely exported twice.",
        catches=lambda table, params: _repeats_earlier_line(table),
        active=lambda params: params.duplicates == "reject",
    ),
    Rule(
        name="zero quantity",
        why="Nothing was sold or returned.",
        catches=lambda table, params: table.exact_quantity == 0,
    ),
    Rule(
        name="zero price",
        why="Goods at no price are gifts, samples or corrections rather than sales.",
        catches=lambda table, params: table.exact_price == 0,
        active=lambda params: params.zero_prices == "reject",
    ),
    Rule(
        name="negative price",
        why="A price below zero is an entry of the bookkeepers, not a sale.",
        catches=lambda table, params: table.exact_price < 0,
    ),
    Rule(
        name="return",
        why="Returns are left out while the sales they undo stay, as the setting `returns: drop` demands.",
        catches=lambda table, params: table.exact_quantity < 0,
        active=lambda params: params.returns == "drop",
    ),
    UNREADABLE_OPTIONAL,
)

# These see the table that returns.net_returns makes, not the lines.
NETTING_RULES = (
    Rule(
        name="return, netted against its sale",
        why="The return is taken off the sale it undoes, so its money is counted there.",
        catches=lambda table, params: (table.quantity < 0) & (table.unmatched_quantity == 0),
    ),
    Rule(
        name="return without its sale",
        why="More was returned than earlier sales can account for; the amount is that of the part without a sale.",
        catches=lambda table, params: table.unmatched_quantity > 0,
    ),
    Rule(
        name="sale undone by its return",
        why="All that was sold was returned; the amount is what the refund left over.",
        catches=lambda table, params: (table.quantity > 0) & (table.returned_quantity == table.quantity),
    ),
    Rule(
        name="sale reduced by its return",
        why="A part of what was sold was returned; the line counts what the customer kept.",
        catches=lambda table, params: (table.returned_quantity > 0) & (table.returned_quantity < table.quantity),
        repairs=(),
    ),
)

CUSTOMER_RULES = (
    Rule(
        name="no customer",
        why="The row names no customer, so it cannot be joined to anything.",
        catches=lambda table, params: _blank(table.customer_id),
    ),
    Rule(
        name="repeated row",
        why="An earlier row is the same to the letter, so this one was most likely exported twice.",
        catches=lambda table, params: _repeats_earlier_row(table),
    ),
    Rule(
        name="second row of a customer",
        why="An earlier row describes the same customer otherwise; the first one counts.",
        catches=lambda table, params: _customer_seen_before(table),
    ),
    UNREADABLE_OPTIONAL,
    Rule(
        name="impossible age",
        why="An age below {lowest_age} or above {highest_age} is taken for a slip and counts as missing.",
        catches=lambda table, params: ~table.age.between(params.lowest_age, params.highest_age),
        needs=("age",),
        repairs=("age",),
    ),
    Rule(
        name="negative income",
        why="An income below zero is taken for a slip and counts as missing.",
        catches=lambda table, params: table.income < 0,
        needs=("income",),
        repairs=("income",),
    ),
    Rule(
        name="left before signing up",
        why="Nobody leaves before signing up, so the day of leaving counts as missing.",
        catches=lambda table, params: table.left_on < table.signed_up_on,
        needs=("left_on", "signed_up_on"),
        repairs=("left_on",),
    ),
    Rule(
        name="no orders",
        why="No order of this customer is left after cleaning, so there is no behaviour to go by.",
        catches=lambda table, params: ~table.any_order_left,
        needs=("any_order_left",),
        active=lambda params: params.customers_without_orders == "reject",
    ),
)
