"""Returns: which sale does each return undo, and how much of it? Window functions only, so it scales.

A return takes back units of the same customer and product that were sold before it, in three rounds: first the latest
sale of exactly as many units at its price, then the oldest units sold at its price, then the oldest units sold at
another price. What it takes back beyond that has no sale here (it was sold before the data begins, or never).
"""

import ibis
import ibis.expr.types as ir

from customer_segments.base.engine import materialised

QUANTITY = "decimal(18, 4)"
PRICE = "decimal(18, 4)"
MONEY = "decimal(38, 8)"  # quantity times price, exactly

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

    Columns: row, quantity and unit_price of the line, then for a sale `returned_quantity` and `refunded`, for a
    return `unmatched_quantity` and `refunded_beyond`; zero where they do not apply. A unit brings back no more than
    it was sold for: what a return at a higher price brings back beyond that is `refunded_beyond`.
    """
    concerned = materialised(_concerned(lines))
    pieces = materialised(_whole_sales(concerned))
    for key in (SAME_PRICE, GOODS):
        pieces = materialised(pieces.union(_oldest_first(materialised(_still_open(concerned, pieces)), key)))
    return _outcomes(concerned, pieces)


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


def _outcomes(lines: ir.Table, pieces: ir.Table) -> ir.Table:
    """What the pieces make of each return, and of each sale they take from."""
    prices = lines.select("row", "unit_price")
    priced = pieces.join(prices.rename(sale="row", sold_at="unit_price"), "sale")
    priced = priced.join(prices.rename(back="row", refunded_at="unit_price"), "back")
    paid_back = ibis.least(priced.sold_at, priced.refunded_at)
    priced = priced.select(
        "sale",
        "back",
        "units",
        refunded=(priced.units * paid_back).cast(MONEY),
        beyond=(priced.units * (priced.refunded_at - paid_back).cast(PRICE)).cast(MONEY),
    )
    of_sales = priced.group_by(row="sale").agg(
        returned_quantity=priced.units.sum().cast(QUANTITY), refunded=priced.refunded.sum().cast(MONEY)
    )
    of_returns = priced.group_by(row="back").agg(matched=priced.units.sum(), beyond=priced.beyond.sum())
    both = lines.left_join(of_sales, "row").drop("row_right").left_join(of_returns, "row").drop("row_right")
    return both.filter(both.is_return | both.refunded.notnull()).select(
        *("row", "quantity", "unit_price"),
        returned_quantity=both.returned_quantity.fill_null(0).cast(QUANTITY),
        refunded=both.refunded.fill_null(0).cast(MONEY),
        unmatched_quantity=both.is_return.ifelse(both.units - both.matched.fill_null(0), 0).cast(QUANTITY),
        refunded_beyond=both.beyond.fill_null(0).cast(MONEY),
    )


def nothing_netted(lines: ir.Table) -> ir.Table:
    """What `net_returns` says of returns and of what they lack, where there is no return."""
    none = {"unmatched_quantity": ibis.literal(0).cast(QUANTITY), "refunded_beyond": ibis.literal(0).cast(MONEY)}
    return lines.limit(0).select("row", unit_price="exact_price", **none)


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
