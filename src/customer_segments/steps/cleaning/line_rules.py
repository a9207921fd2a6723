"""The rules for invoice lines as data: names, reasons, and which rows they catch, in the order they apply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from customer_segments.base.contract import ROW, TABLES, UNREADABLE
from customer_segments.base.engine import materialised
from customer_segments.base.params import PreprocessingParams

REQUIRED = tuple(column.name for column in TABLES["transactions"] if column.required)
# What cleaning adds to the tables before the rules see them.
HELPERS = ("exact_quantity", "exact_price", "exact_amount", "any_order_left")
SERVICE_COLUMNS = ("product", "category", "description")
LONGEST_CODE = 2  # so short a word says "service" only as a product's code; as a category it may be a size or a class


@dataclass(frozen=True)
class Rule:
    """One cleaning rule: it rejects the rows it catches, or sets some of their cells to missing."""

    name: str
    why: str  # one sentence for a reader; may hold a parameter's name in braces
    catches: Callable[[ir.Table, PreprocessingParams], ir.BooleanValue]
    needs: tuple[str, ...] = ()  # skipped where one of these columns is absent
    repairs: tuple[str, ...] | None = None  # cells set to missing, () if they already are; None: the row is rejected
    active: Callable[[PreprocessingParams], bool] = lambda params: True


def blank(text: ir.StringValue) -> ir.BooleanValue:
    """No text, or nothing but spaces."""
    # Stripping every text is slow; what is all blank sorts before "!".
    return text.isnull() | ((text < "!") & (text.strip() == ""))


def any_of(*conditions: ir.BooleanValue) -> ir.BooleanValue:
    """At least one condition holds."""
    return reduce(or_, conditions)


def contents(table: ir.Table) -> list[str]:
    """The columns as they came, without the row's number and what cleaning added."""
    return [name for name in table.columns if name not in (ROW, *HELPERS)]


def repeats_earlier_row(table: ir.Table) -> ir.BooleanValue:
    """An earlier row is the same in every cell."""
    return ibis.row_number().over(group_by=contents(table), order_by=ROW) > 0


def from_day_on(ordered_at: ir.TimestampValue, day: date) -> ir.BooleanValue:
    """The time lies on the day or after it."""
    return ordered_at >= ibis.date(day).cast("timestamp(6)")


def _needed_cell_unreadable(table: ir.Table) -> ir.BooleanValue:
    found = (table[name].isnull() & table[UNREADABLE].contains(f"{name}: ") for name in REQUIRED)
    return table[UNREADABLE].notnull() & any_of(*found)


def _incomplete(table: ir.Table) -> ir.BooleanValue:
    needed = (table.ordered_at, table.exact_quantity, table.exact_price)
    return any_of(blank(table.invoice_id), *(cell.isnull() for cell in needed))


def _is_service(table: ir.Table, params: PreprocessingParams) -> ir.BooleanValue:
    """A cell says that the line charges something beside goods."""
    words = {word.strip().lower() for word in params.cleaning.service_words}
    telling = {
        name: sorted(word for word in words if name == "product" or len(word) > LONGEST_CODE)
        for name in SERVICE_COLUMNS
        if name in table.columns
    }
    cells = [table[name].strip().lower().isin(listed) for name, listed in telling.items() if listed]
    return _is_among(table, table.filter(any_of(*cells))) if cells else ibis.literal(False)


def _repeats_earlier_line(table: ir.Table) -> ir.BooleanValue:
    # Comparing whole lines is costly, so only those are compared whose fingerprint occurs twice.
    cells = contents(table)
    named = table.filter(table.customer_id.notnull()).select(ROW, *cells)  # the others are rejected before
    telling = [name for name in (*REQUIRED, "product") if name in cells]
    marked = named.mutate(fingerprint=ibis.struct({name: named[name] for name in telling}).hash())
    twice = materialised(marked.group_by("fingerprint").having(marked.count() > 1).agg(lines=marked.count()))
    if not twice.count().to_pyarrow().as_py():
        return ibis.literal(False)
    suspects = materialised(marked.semi_join(twice, "fingerprint").select(ROW, *cells))
    repeats = suspects.select(ROW, repeated=repeats_earlier_row(suspects)).filter(lambda found: found.repeated)
    return _is_among(table, repeats)


def _is_among(table: ir.Table, found: ir.Table) -> ir.BooleanValue:
    # Looked up by number, because the engine computes a row's conditions more than once.
    return table[ROW].isin(materialised(found.select(ROW))[ROW])


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
    # Without a setting: what nobody bought cannot say anything about anybody.
    Rule(
        name="no customer",
        why="The line names no customer, so it counts for nobody.",
        catches=lambda table, params: blank(table.customer_id),
    ),
    Rule(
        name="incomplete line",
        why="Invoice, time, quantity or unit price is missing.",
        catches=lambda table, params: _incomplete(table),
    ),
    Rule(
        name="before the window",
        why="The study begins on {first_day}.",
        catches=lambda table, params: ~from_day_on(table.ordered_at, params.cleaning.first_day),
        active=lambda params: params.cleaning.first_day is not None,
    ),
    Rule(
        name="after the window",
        why="The study ends on {last_day}.",
        catches=lambda table, params: from_day_on(table.ordered_at, params.cleaning.last_day + timedelta(days=1)),
        active=lambda params: params.cleaning.last_day is not None,
    ),
    Rule(
        name="from the day of the study on",
        why="The study looks back from {as_of}; what came later must neither count nor undo an earlier sale.",
        catches=lambda table, params: from_day_on(table.ordered_at, params.as_of),
        active=lambda params: params.as_of is not None,
    ),
    Rule(
        name="service line",
        why="Postage, fees and corrections are no goods; the words that tell them stand in “cleaning.service_words”.",
        catches=_is_service,
        active=lambda params: params.cleaning.service_lines == "reject",
    ),
    Rule(
        name="repeated line",
        why="An earlier line is the same to the letter, so this one was most likely exported twice.",
        catches=lambda table, params: _repeats_earlier_line(table),
        active=lambda params: params.cleaning.duplicates == "reject",
    ),
    Rule(
        name="zero quantity",
        why="Nothing was sold or returned.",
        catches=lambda table, params: table.exact_quantity == 0,
        active=lambda params: params.cleaning.zero_quantities == "reject",
    ),
    Rule(
        name="zero price",
        why="Goods at no price are gifts, samples or corrections rather than sales.",
        catches=lambda table, params: table.exact_price == 0,
        active=lambda params: params.cleaning.zero_prices == "reject",
    ),
    Rule(
        name="negative price",
        why="A price below zero is an entry of the bookkeepers, not a sale.",
        catches=lambda table, params: table.exact_price < 0,
        active=lambda params: params.cleaning.negative_prices == "reject",
    ),
    Rule(
        name="return",
        why="Returns are left out while the sales they undo stay, as the setting “returns: drop” demands.",
        catches=lambda table, params: table.exact_quantity < 0,
        active=lambda params: params.cleaning.returns == "drop",
    ),
    UNREADABLE_OPTIONAL,
)
