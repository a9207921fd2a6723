"""Returns: which sale does each return undo, and how much of it? Window functions only, so it scales.

A return takes back units of the same customer and product that were sold before it, in three rounds: first the latest
sale of exactly as many units at its price, then the oldest units sold at its price, then the oldest units sold at
another price. What it takes back beyond that has no sale here (it was sold before the data begins, or never).
"""

import ibis
import ibis.expr.types as ir

from customer_segments.base.engine import materialised
from customer_segments.base.money import MONEY, PRICE, QUANTITY

SHARES_ROUNDED = 8  # decimals of a part of a line's money
NEGLIGIBLE = 0.000001  # money by which two equal parts may differ once they are rounded

TEXTS = ["customer_id", "product_key", "price_key"]
GOODS = ["goods"]  # the number of a customer's product, which stands for those
SAME_PRICE = [*GOODS, "unit_price"]
SAME_PRICE_AND_UNITS = [*SAME_PRICE, "units"]
CONTENTS = ("invoice_id", "line_number", "quantity", "unit_price", "category", "country")


def near_returns(transactions: ir.Table) -> ir.Table:
    """The lines of every customer and product with a quantity below zero, which are all that netting can concern."""
    keyed = transactions
    keys = ["customer_id"]
    if "product" in transactions.columns:
        keyed = transactions.mutate(product_key=transactions["product"].fill_null(""))
        keys.append("product_key")
    returned = materialised(keyed.filter(keyed.quantity < 0).select(keys).distinct())
    return materialised(keyed.semi_join(returned, keys).select(transactions.columns))


def net_returns(lines: ir.Table) -> ir.Table:
    """One row per return, and per sale that returns undo: what was taken back of it, and what found no sale.

    Columns: row, quantity and gross_revenue of the line, then for a sale `returned_quantity` and `refunded`, for a
    return `unmatched_quantity`, `unmatched_amount` and `refunded_beyond`; zero where they do not apply. A unit brings
    back no more than it was sold for: what a return at a higher price brings back beyond that is `refunded_beyond`.
    """
    concerned = materialised(_concerned(lines))
    pieces = materialised(_whole_sales(concerned))
    for key in (SAME_PRICE, GOODS):
        pieces = materialised(pieces.union(_oldest_first(materialised(_still_open(concerned, pieces)), key)))
    return _outcomes(concerned, materialised(_paid_back(concerned, pieces)))


def _concerned(lines: ir.Table) -> ir.Table:
    """All lines of customers and products with a return, numbered in order of time, with the units they move.

    A line at a price below zero is neither a sale nor its return.
    """
    keyed = _with_key(lines.filter(lines.unit_price >= 0))
    # Windows over one number are several times quicker than over the texts that it stands for.
    returned_keys = keyed.filter(keyed.quantity < 0).select(TEXTS).distinct()
    returned_keys = materialised(returned_keys.mutate(goods=ibis.row_number().over()))
    concerned = materialised(keyed.filter(keyed.quantity != 0).join(returned_keys, TEXTS))
    ties = [name for name in CONTENTS if name in concerned.columns]
    # At the same moment a sale comes before its return; the row number only tells apart lines alike in all else.
    order = ["ordered_at", concerned.quantity < 0, *ties, "row"]
    return concerned.select(
        "row",
        *GOODS,
        "quantity",
        "unit_price",
        "gross_revenue",
        is_return=concerned.quantity < 0,
        units=concerned.quantity.abs().cast(QUANTITY),
        position=ibis.row_number().over(ibis.window(group_by=GOODS, order_by=order)),
    )


def _with_key(lines: ir.Table) -> ir.Table:
    """Add what a return has in common with its sale: the product, or the unit price where the product is unknown."""
    if "product" not in lines.columns:
        return lines.mutate(product_key=ibis.literal(""), price_key=lines.unit_price)
    unknown = lines["product"].isnull() | (lines["product"] == "")
    return lines.mutate(
        product_key=lines["product"].fill_null(""),
        price_key=unknown.ifelse(lines.unit_price, ibis.literal(0).cast(PRICE)),
    )


def _whole_sales(lines: ir.Table) -> ir.Table:
    """The pieces (sale, return, units) of returns that undo the latest open sale of the same price and units.

    Sales and returns open and close like brackets: a return closes the sale that reached the level it leaves.
    """
    key = SAME_PRICE_AND_UNITS
    walk = _walk(lines.mutate(step=lines.is_return.ifelse(-1, 1)), key, "step")
    open_sales = walk.balance - walk.lowest
    walk = walk.mutate(level=open_sales + walk.is_return.ifelse(1, 0))
    matched = walk.filter(~walk.is_return | (walk.fallen == 0))
    at_level = ibis.window(group_by=[*key, "level"], order_by="position")
    pairs = matched.select("is_return", "units", sale=matched.row.lag(1).over(at_level), back=matched.row)
    return pairs.filter(pairs.is_return).select("sale", "back", "units")


def _oldest_first(lines: ir.Table, key: list[str]) -> ir.Table:
    """The pieces (sale, return, units) of returns that take back the oldest open units of their key.

    Laid end to end, sales cover one stretch and matched returns another; the ends of both cut the stretches into
    pieces, each of which belongs to one sale and one return.
    """
    walk = _walk(lines.mutate(step=lines.is_return.ifelse(-lines.units, lines.units)), key, "step")
    walk = materialised(
        walk.select(*key, "row", "position", "units", "is_return", matched=(walk.units - walk.fallen).cast(QUANTITY))
    )
    sales, returns = walk.filter(~walk.is_return), walk.filter(walk.is_return & (walk.matched > 0))
    nobody = ibis.null("int64")
    ends = ibis.union(
        sales.select(*key, end=_laid_end_to_end(sales, key, "units"), sale=sales.row, back=nobody),
        returns.select(*key, end=_laid_end_to_end(returns, key, "matched"), sale=nobody, back=returns.row),
    )
    order = ["end", ends.sale.isnull()]
    in_order = ibis.window(group_by=key, order_by=order)
    from_here = ibis.window(group_by=key, order_by=order, rows=(0, None))
    pieces = ends.mutate(
        units=(ends.end - ends.end.lag(1).over(in_order).fill_null(0)).cast(QUANTITY),
        sales_ahead=ends.sale.count().over(from_here),
        returns_ahead=ends.back.count().over(from_here),
    )
    # All pieces with as many sales ahead belong to the same sale, and likewise for returns.
    pieces = pieces.mutate(
        sale=pieces.sale.max().over(group_by=[*key, "sales_ahead"]),
        back=pieces.back.max().over(group_by=[*key, "returns_ahead"]),
    )
    return pieces.filter((pieces.returns_ahead > 0) & (pieces.units > 0)).select("sale", "back", "units")


def _walk(lines: ir.Table, key: list[str], step: str) -> ir.Table:
    """The lines with the running sum of the steps, the lowest it has been, and by how much this line lowered that.

    What can still be returned is a walk that is reflected at zero: with S the running sum and M the lowest it has been
    (at most 0), it is S - M, and M falls by exactly what of a return finds no sale.
    """
    so_far = ibis.window(group_by=key, order_by="position", rows=(None, 0))
    walk = lines.mutate(balance=lines[step].sum().over(so_far))
    walk = walk.mutate(lowest=ibis.least(walk.balance.min().over(so_far), 0))
    before = walk.lowest.lag(1).over(ibis.window(group_by=key, order_by="position")).fill_null(0)
    return walk.mutate(fallen=before - walk.lowest)


def _laid_end_to_end(table: ir.Table, key: list[str], column: str) -> ir.Value:
    """Where each row's stretch ends when the rows of a key are laid end to end."""
    return table[column].sum().over(ibis.window(group_by=key, order_by="position", rows=(None, 0)))


def _still_open(lines: ir.Table, pieces: ir.Table) -> ir.Table:
    """The lines with the units that no piece has taken yet."""
    ends = pieces.select(row="sale", units="units").union(pieces.select(row="back", units="units"))
    taken = ends.group_by("row").agg(taken=ends.units.sum())
    joined = lines.left_join(taken, "row").drop("row_right")
    left = joined.mutate(units=(joined.units - joined.taken.fill_null(0)).cast(QUANTITY)).drop("taken")
    return left.filter(left.units > 0)


def _paid_back(lines: ir.Table, pieces: ir.Table) -> ir.Table:
    """The pieces with the money that each brings back of its sale (`refunded`), and beyond what that had cost."""
    told = lines.select("row", all_units="units", gross=lines.gross_revenue.abs())
    priced = pieces.join(told.rename(sale="row", sold="gross", units_sold="all_units"), "sale")
    priced = priced.join(told.rename(back="row", given="gross", units_given="all_units"), "back")
    sold = _share(priced, "sale", "back", priced.sold, priced.units_sold)
    given = _share(priced, "back", "sale", priced.given, priced.units_given)
    shares = materialised(priced.select("sale", "back", "units", sold=sold, given=given))
    excess = shares.given - shares.sold
    refunded = (excess > NEGLIGIBLE).ifelse(shares.sold, shares.given)
    return shares.select("sale", "back", "units", "given", refunded=refunded, beyond=shares.given - refunded)


def _share(pieces: ir.Table, of: str, other: str, amount: ir.DecimalValue, units: ir.DecimalValue) -> ir.DecimalValue:
    """Each piece's share of a line's amount by its units; those of all units sum to it, whatever is rounded."""
    until = pieces.units.sum().over(ibis.window(group_by=of, order_by=other, rows=(None, 0)))

    def laid(end: ir.DecimalValue) -> ir.DecimalValue:
        part = (amount.cast("float64") * end.cast("float64") / units.cast("float64")).round(SHARES_ROUNDED)
        return (end == units).ifelse(amount, part.cast(MONEY))

    return (laid(until) - laid(until - pieces.units)).cast(MONEY)


def _outcomes(lines: ir.Table, pieces: ir.Table) -> ir.Table:
    """What the pieces make of each return, and of each sale they take from."""
    of_sales = pieces.group_by(row="sale").agg(
        returned_quantity=pieces.units.sum().cast(QUANTITY), refunded=pieces.refunded.sum().cast(MONEY)
    )
    of_returns = pieces.group_by(row="back").agg(
        matched=pieces.units.sum(), given=pieces.given.sum(), beyond=pieces.beyond.sum()
    )
    both = lines.left_join(of_sales, "row").drop("row_right").left_join(of_returns, "row").drop("row_right")
    lacking = both.gross_revenue.abs() - both.given.fill_null(0)
    return both.filter(both.is_return | both.refunded.notnull()).select(
        *("row", "quantity", "gross_revenue"),
        returned_quantity=both.returned_quantity.fill_null(0).cast(QUANTITY),
        refunded=both.refunded.fill_null(0).cast(MONEY),
        unmatched_quantity=both.is_return.ifelse(both.units - both.matched.fill_null(0), 0).cast(QUANTITY),
        unmatched_amount=both.is_return.ifelse(lacking, 0).cast(MONEY),
        refunded_beyond=both.beyond.fill_null(0).cast(MONEY),
    )


def nothing_netted(lines: ir.Table) -> ir.Table:
    """What `net_returns` says of what returns lack, where there is no return."""
    money = {name: ibis.literal(0).cast(MONEY) for name in ("unmatched_amount", "refunded_beyond")}
    return lines.limit(0).select("row", unmatched_quantity=ibis.literal(0).cast(QUANTITY), **money)


def with_amounts_lost(netted: ir.Table) -> ir.Table:
    """Add the money that goes missing with a row: a sale less its refund, or what of a return meets no sale's money."""
    of_return = -(netted.unmatched_quantity > 0).ifelse(netted.unmatched_amount, netted.refunded_beyond)
    of_sale = netted.gross_revenue - netted.refunded
    return netted.mutate(exact_amount=(netted.quantity > 0).ifelse(of_sale, of_return).cast(MONEY))


def money_beyond(netted: ir.Table, step: int) -> ir.Table:
    """The money beyond their sales of returns that another rule takes, as rulings of `step` that take no row."""
    both = netted.filter((netted.unmatched_quantity > 0) & (netted.refunded_beyond > 0))
    return both.select(
        row=ibis.null("int64"), step=ibis.literal(step, "int16"), amount=(-both.refunded_beyond).cast(MONEY)
    )
