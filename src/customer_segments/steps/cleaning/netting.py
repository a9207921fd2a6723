"""What netting does to lines and money: the rules, and the money that goes missing with each row."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from customer_segments.steps.cleaning.line_rules import Rule
from customer_segments.steps.cleaning.returns import MONEY, QUANTITY

NETTED = "return, netted against its sale"
BEYOND = "refund beyond its sale"
WITHOUT_SALE = "return without its sale"
UNDONE = "sale undone by its return"
REDUCED = "sale reduced by its return"

# These see the table that returns.net_returns makes, not the lines.
NETTING_RULES = (
    Rule(
        name=NETTED,
        why="The return is taken off the sale it undoes, so its money is counted there.",
        catches=lambda table, params: (
            (table.quantity < 0) & (table.unmatched_quantity == 0) & (table.refunded_beyond == 0)
        ),
    ),
    Rule(
        name=BEYOND,
        why="The return paid back more than the sale had cost; the amount is what goes beyond the sale.",
        catches=lambda table, params: (table.refunded_beyond > 0) & (table.unmatched_quantity == 0),
    ),
    Rule(
        name=WITHOUT_SALE,
        why="More was returned than earlier sales can account for; the amount is that of the part without a sale.",
        catches=lambda table, params: table.unmatched_quantity > 0,
    ),
    Rule(
        name=UNDONE,
        why="All that was sold was returned; the amount is what the refund left over.",
        catches=lambda table, params: (table.quantity > 0) & (table.returned_quantity == table.quantity),
    ),
    Rule(
        name=REDUCED,
        why="A part of what was sold was returned; the line counts what the customer kept.",
        catches=lambda table, params: (table.returned_quantity > 0) & (table.returned_quantity < table.quantity),
        repairs=(),
    ),
)


def nothing_netted(lines: ir.Table) -> ir.Table:
    """What `returns.net_returns` says of returns and of what they lack, where there is no return."""
    no_units, no_money = ibis.literal(0).cast(QUANTITY), ibis.literal(0).cast(MONEY)
    none = lines.limit(0)
    return none.select("row", unit_price="exact_price", unmatched_quantity=no_units, refunded_beyond=no_money)


def with_amounts_lost(netted: ir.Table) -> ir.Table:
    """Add the money that goes missing with a row: a sale less its refund, or what of a return meets no sale's money."""
    of_sale = (netted.quantity * netted.unit_price).cast(MONEY) - netted.refunded
    without_sale = (netted.unmatched_quantity * netted.unit_price).cast(MONEY)
    of_return = -(netted.unmatched_quantity > 0).ifelse(without_sale, netted.refunded_beyond)
    return netted.mutate(exact_amount=(netted.quantity > 0).ifelse(of_sale, of_return).cast(MONEY))


def money_beyond(netted: ir.Table, step: int) -> ir.Table:
    """The money beyond their sales of returns that another rule takes, as rulings of `step` that take no row."""
    both = netted.filter((netted.unmatched_quantity > 0) & (netted.refunded_beyond > 0))
    return both.select(
        row=ibis.null("int64"), step=ibis.literal(step, "int16"), amount=(-both.refunded_beyond).cast(MONEY)
    )
