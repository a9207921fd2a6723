"""Returns: which sale does each return undo, and how much of it? Window functions only, so it scales.

A return takes back units of the same customer and product that were sold before it, the oldest first. What it takes
back beyond that has no sale here (it was sold before the data begins, or never).
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from customer_segments.engine import materialised

QUANTITY = "decimal(18, 4)"
PRICE = "decimal(18, 4)"
MONEY = "decimal(38, 8)"  # quantity times price, exactly

KEY = ["customer_id", "product_key", "price_key"]
CONTENTS = ("invoice_id", "line_number", "quantity", "unit_price", "category", "country")


def net_returns(lines: ir.Table) -> ir.Table:
    """One row per return, and per sale that returns undo: what was taken back of it, and what found no sale.

    Columns: row, quantity and unit_price of the line, then for a sale `returned_quantity` and `refunded` (at the
    return's price), for a return `unmatched_quantity`; zero where they do not apply.
    """
    walk = materialised(_walk(lines))
    refunds = _refunds(walk)
    sales = walk.join(refunds, "row").select("row", "quantity", "unit_price", "returned_quantity", "refunded")
    returns = walk.filter(walk.quantity < 0)
    return ibis.union(
        sales.mutate(unmatched_quantity=ibis.literal(0).cast(QUANTITY)),
        returns.select(
            "row",
            "quantity",
            "unit_price",
            returned_quantity=ibis.literal(0).cast(QUANTITY),
            refunded=ibis.literal(0).cast(MONEY),
            unmatched_quantity=(-returns.quantity - returns.matched).cast(QUANTITY),
        ),
    )


def _walk(lines: ir.Table) -> ir.Table:
    """All lines of customers and products with a return, in order of time, with the matched part of each return.

    The stock of units that can still be returned is a walk that is reflected at zero: with S the running sum of the
    signed quantities and M the lowest it has been (at most 0), the stock is S - M, and M falls by exactly the units
    of a return that find no sale.
    """
    keyed = _with_key(lines)
    returned_keys = materialised(keyed.filter(keyed.quantity < 0).select(KEY).distinct())
    concerned = keyed.semi_join(returned_keys, KEY)
    ties = [name for name in CONTENTS if name in concerned.columns]
    # At the same moment a sale comes before its return; the row number only tells apart lines alike in all else.
    order = ["ordered_at", concerned.quantity < 0, *ties, "row"]
    so_far = ibis.window(group_by=KEY, order_by=order, rows=(None, 0))
    walk = concerned.mutate(
        balance=concerned.quantity.sum().over(so_far),
        position=ibis.row_number().over(ibis.window(group_by=KEY, order_by=order)),
    )
    so_far = ibis.window(group_by=KEY, order_by="position", rows=(None, 0))
    walk = walk.mutate(lowest=ibis.least(walk.balance.min().over(so_far), 0))
    before = walk.lowest.lag(1).over(ibis.window(group_by=KEY, order_by="position")).fill_null(0)
    matched = (walk.quantity < 0).ifelse(-walk.quantity - (before - walk.lowest), 0).cast(QUANTITY)
    return walk.select("row", *KEY, "position", "quantity", "unit_price", matched=matched)


def _with_key(lines: ir.Table) -> ir.Table:
    """Add what a return has in common with its sale: the product, or the unit price where the product is unknown."""
    if "product" not in lines.columns:
        return lines.mutate(product_key=ibis.literal(""), price_key=lines.unit_price)
    unknown = lines["product"].isnull()
    return lines.mutate(
        product_key=lines["product"].fill_null(""),
        price_key=unknown.ifelse(lines.unit_price, ibis.literal(0).cast(PRICE)),
    )


def _refunds(walk: ir.Table) -> ir.Table:
    """Quantity and money taken off each sale, the oldest sale first.

    Laid end to end, sales cover one stretch and matched returns another; the ends of both cut the stretches into
    pieces, each of which belongs to one sale and one return.
    """
    sales, returns = walk.filter(walk.quantity > 0), walk.filter(walk.matched > 0)
    ends = ibis.union(
        sales.select(*KEY, end=_laid_end_to_end(sales, "quantity"), sale=sales.row, price=ibis.null(PRICE)),
        returns.select(
            *KEY, end=_laid_end_to_end(returns, "matched"), sale=ibis.null("int64"), price=returns.unit_price
        ),
    )
    order = ["end", ends.sale.isnull()]
    in_order = ibis.window(group_by=KEY, order_by=order)
    from_here = ibis.window(group_by=KEY, order_by=order, rows=(0, None))
    pieces = ends.mutate(
        length=(ends.end - ends.end.lag(1).over(in_order).fill_null(0)).cast(QUANTITY),
        sales_ahead=ends.sale.count().over(from_here),
        returns_ahead=ends.price.count().over(from_here),
    )
    # All pieces with as many sales ahead belong to the same sale, and likewise for returns.
    pieces = pieces.mutate(
        sale=pieces.sale.max().over(group_by=[*KEY, "sales_ahead"]),
        price=pieces.price.max().over(group_by=[*KEY, "returns_ahead"]),
    )
    pieces = pieces.filter((pieces.returns_ahead > 0) & (pieces.length > 0))
    return pieces.group_by(row="sale").agg(
        returned_quantity=pieces.length.sum().cast(QUANTITY),
        refunded=(pieces.length * pieces.price).cast(MONEY).sum().cast(MONEY),
    )


def _laid_end_to_end(table: ir.Table, column: str) -> ir.Value:
    """Where each row's stretch ends when the rows of a key are laid end to end."""
    return table[column].sum().over(ibis.window(group_by=KEY, order_by="position", rows=(None, 0)))
