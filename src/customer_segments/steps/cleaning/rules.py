"""The rules as data: names, reasons, and which rows they catch, in the order they apply; on gaps see `gaps`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from customer_segments.base.contract import ROW, TABLES, UNREADABLE, repeats_are_copies
from customer_segments.base.engine import answer, materialised
from customer_segments.base.money import has_amounts, has_money
from customer_segments.base.params import PreprocessingParams

OF_A_LINE = tuple(column.name for column in TABLES["transactions"] if column.required)
IN_ORDER = tuple(column.name for column in TABLES["transactions"] if column.name != "amount")
MEASURED = ("quantity", "unit_price", "amount")  # on which figures rest where they are there
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
    applies: Callable[[ir.Table], bool] = lambda table: True  # to what such a table can tell


def blank(text: ir.StringValue) -> ir.BooleanValue:
    """No text, or nothing but spaces."""
    # Stripping every text is slow; what is all blank sorts before "!".
    return text.isnull() | ((text < "!") & (text.strip() == ""))


def contents(table: ir.Table) -> list[str]:
    """The columns as they came, without the row's number and what cleaning added."""
    return [name for name in table.columns if name not in (ROW, *HELPERS)]


def repeats_earlier_row(table: ir.Table) -> ir.BooleanValue:
    """An earlier row is the same in every cell."""
    return ibis.row_number().over(group_by=contents(table), order_by=ROW) > 0


def from_day_on(ordered_at: ir.TimestampValue, day: date) -> ir.BooleanValue:
    """The time lies on the day or after it."""
    return ordered_at >= ibis.date(day).cast("timestamp(6)")


def needed(lines: ir.Table) -> tuple[str, ...]:
    """The columns without which a line says nothing; a price is none of them beside an amount."""
    measured = [name for name in MEASURED if name in lines.columns]
    asked = {*OF_A_LINE, *(name for name in measured if name != "unit_price" or not has_amounts(lines))}
    return tuple(name for name in (*IN_ORDER, "amount") if name in asked)


def _needed_cell_unreadable(table: ir.Table) -> ir.BooleanValue:
    told = ibis.literal("; ") + table[UNREADABLE]
    found = (table[name].isnull() & told.contains(f"; {name}: ") for name in needed(table))
    return table[UNREADABLE].notnull() & ibis.or_(*found)


def _is_incomplete(table: ir.Table) -> ir.BooleanValue:
    told = ("ordered_at", "exact_quantity", "exact_price", "exact_amount")
    return blank(table.invoice_id) | ibis.or_(*(table[name].isnull() for name in told))


def _is_service(table: ir.Table, params: PreprocessingParams) -> ir.BooleanValue:
    """A cell says that the line charges something beside goods."""
    words = {word.strip().lower() for word in params.cleaning.service_words}
    telling = {
        name: sorted(word for word in words if name == "product" or len(word) > LONGEST_CODE)
        for name in SERVICE_COLUMNS
        if name in table.columns
    }
    cells = [table[name].strip().lower().isin(listed) for name, listed in telling.items() if listed]
    return _is_among(table, table.filter(ibis.or_(*cells))) if cells else ibis.literal(False)


def _repeats_earlier_line(table: ir.Table) -> ir.BooleanValue:
    # Comparing whole lines is costly, so only those are compared whose fingerprint occurs twice.
    cells = contents(table)
    named = table.filter(table.customer_id.notnull()).select(ROW, *cells)  # the others are rejected before
    telling = [name for name in (*needed(table), "product") if name in cells]
    marked = named.mutate(fingerprint=ibis.struct({name: named[name] for name in telling}).hash())
    twice = materialised(marked.group_by("fingerprint").having(marked.count() > 1).agg(lines=marked.count()))
    if not answer(twice.count()):
        return ibis.literal(False)
    suspects = materialised(marked.semi_join(twice, "fingerprint").select(ROW, *cells))
    repeats = suspects.select(ROW, repeated=repeats_earlier_row(suspects)).filter(lambda found: found.repeated)
    return _is_among(table, repeats)


def _is_among(table: ir.Table, found: ir.Table) -> ir.BooleanValue:
    # Looked up by number, because the engine computes a row's conditions more than once.
    return table[ROW].isin(materialised(found.select(ROW))[ROW])


# What the ledger says of returns that are netted.
NETTED = "return, netted against its sale"
BEYOND = "refund beyond its sale"
WITHOUT_SALE = "return without its sale"
UNDONE = "sale undone by its return"
REDUCED = "sale reduced by its return"

UNREADABLE_OPTIONAL = Rule(
    "unreadable optional value", "A cell that is not needed could not be read and counts as missing.",
    lambda table, params: table[UNREADABLE].notnull(), needs=(UNREADABLE,), repairs=(),
)  # fmt: skip

TRANSACTION_RULES = (
    Rule("unreadable value", "A cell that is needed could not be read as a number or a time.",
         lambda table, params: _needed_cell_unreadable(table), needs=(UNREADABLE,)),
    # Without a setting: what nobody bought cannot say anything about anybody.
    Rule("no customer", "The line names no customer, so it counts for nobody.",
         lambda table, params: blank(table.customer_id)),
    Rule("incomplete line", "Invoice, time, quantity or money (the amount, or else the unit price) is missing.",
         lambda table, params: _is_incomplete(table), applies=has_money),
    Rule("incomplete line", "The time, or the number of pieces where they are counted, is missing.",
         lambda table, params: _is_incomplete(table), applies=lambda table: not has_money(table)),
    Rule("before the window", "The study begins on {first_day}.",
         lambda table, params: ~from_day_on(table.ordered_at, params.cleaning.first_day),
         active=lambda params: params.cleaning.first_day is not None),
    Rule("after the window", "The study ends on {last_day}.",
         lambda table, params: from_day_on(table.ordered_at, params.cleaning.last_day + timedelta(days=1)),
         active=lambda params: params.cleaning.last_day is not None),
    Rule("from the day of the study on",
         "The study looks back from {as_of}; what came later must neither count nor undo an earlier sale.",
         lambda table, params: from_day_on(table.ordered_at, params.as_of),
         active=lambda params: params.as_of is not None),
    Rule("service line",
         "Postage, fees and corrections are no goods; the words that tell them stand in “cleaning.service_words”.",
         _is_service, active=lambda params: params.cleaning.service_lines == "reject"),
    Rule("repeated line",
         "An earlier line is the same to the letter, so this one was most likely exported twice.",
         lambda table, params: _repeats_earlier_line(table),
         active=lambda params: params.cleaning.duplicates == "reject", applies=repeats_are_copies),
    Rule("zero quantity", "Nothing was sold or returned.",
         lambda table, params: table.exact_quantity == 0, needs=("quantity",),
         active=lambda params: params.cleaning.zero_quantities == "reject"),
    Rule("zero price", "Goods at no price are gifts, samples or corrections rather than sales.",
         lambda table, params: (table.exact_price == 0) & (table.exact_amount == 0),
         active=lambda params: params.cleaning.zero_prices == "reject", applies=has_money),
    Rule("negative price", "A price below zero is an entry of the bookkeepers, not a sale.",
         lambda table, params: (table.exact_quantity != 0) & (
             (table.exact_amount < 0) != (table.exact_quantity < 0)) & (table.exact_amount != 0),
         active=lambda params: params.cleaning.negative_prices == "reject", applies=has_money),
    Rule("return", "Returns are left out while the sales they undo stay, as the setting “returns: drop” demands.",
         lambda table, params: table.exact_quantity < 0, needs=("quantity",),
         active=lambda params: params.cleaning.returns == "drop"),
    UNREADABLE_OPTIONAL,
)  # fmt: skip

# These see the table that returns.net_returns makes, not the lines.
NETTING_RULES = (
    Rule(NETTED, "The return is taken off the sale it undoes, so its money is counted there.",
         lambda table, params: (
             (table.quantity < 0) & (table.unmatched_quantity == 0) & (table.refunded_beyond == 0))),
    Rule(BEYOND, "The return paid back more than the sale had cost; the amount is what goes beyond the sale.",
         lambda table, params: (table.refunded_beyond > 0) & (table.unmatched_quantity == 0)),
    Rule(WITHOUT_SALE,
         "More was returned than earlier sales can account for; the amount is that of the part without a sale.",
         lambda table, params: table.unmatched_quantity > 0),
    Rule(UNDONE, "All that was sold was returned; the amount is what the refund left over.",
         lambda table, params: (table.quantity > 0) & (table.returned_quantity == table.quantity)),
    Rule(REDUCED, "A part of what was sold was returned; the line counts what the customer kept.",
         lambda table, params: (table.returned_quantity > 0) & (table.returned_quantity < table.quantity),
         repairs=()),
)  # fmt: skip

# The same of lines without money, of which only pieces can come back.
PIECES_TOLD = {
    NETTED: "The return is taken off what it takes back, so it is counted there.",
    WITHOUT_SALE: "More came back than earlier lines can account for.",
    UNDONE: "All that the line counted came back.",
    REDUCED: "A part of what the line counted came back; the line counts what the customer kept.",
}


def netting_rules(lines: ir.Table) -> tuple[Rule, ...]:
    """The rules on returns for such lines."""
    if has_money(lines):
        return NETTING_RULES
    return tuple(replace(rule, why=PIECES_TOLD[rule.name]) for rule in NETTING_RULES if rule.name in PIECES_TOLD)


# For the customer list: who is named, then what is mended in the rows that stand, then who ordered nothing.
IDENTITY_RULES = (
    Rule("no customer", "The row names no customer, so it cannot be joined to anything.",
         lambda table, params: blank(table.customer_id)),
    Rule("repeated row", "An earlier row is the same to the letter, so this one was most likely exported twice.",
         lambda table, params: repeats_earlier_row(table)),
    Rule("second row of a customer", "An earlier row describes the same customer otherwise; the first one counts.",
         lambda table, params: ibis.row_number().over(group_by="customer_id", order_by=ROW) > 0),
)  # fmt: skip

REPAIRS = (
    UNREADABLE_OPTIONAL,
    Rule("impossible age",
         "An age below {lowest_age} or above {highest_age} is taken for a slip and counts as missing.",
         lambda table, params: ~table.age.between(params.cleaning.lowest_age, params.cleaning.highest_age),
         needs=("age",), repairs=("age",)),
    Rule("negative income", "An income below zero is taken for a slip and counts as missing.",
         lambda table, params: table.income < 0, needs=("income",), repairs=("income",)),
    Rule("left before signing up", "Nobody leaves before signing up, so the day of leaving counts as missing.",
         lambda table, params: table.left_on < table.signed_up_on,
         needs=("left_on", "signed_up_on"), repairs=("left_on",)),
)  # fmt: skip

NO_ORDERS = Rule(
    "no orders", "No order of this customer is left after cleaning, so there is no behaviour to go by.",
    lambda table, params: ~table.any_order_left, needs=("any_order_left",),
    active=lambda params: params.cleaning.customers_without_orders == "reject",
)  # fmt: skip
