"""Money of lines as exact decimals: the one place that says what a line comes to."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from customer_segments.base.contract import tells_money

if TYPE_CHECKING:
    import ibis.expr.types as ir

QUANTITY = "decimal(18, 4)"
PRICE = "decimal(18, 4)"
WIDE = "decimal(19, 4)"  # a factor this wide lets DuckDB use more than 18 digits for the product
AMOUNT = "decimal(20, 6)"  # as exported; amounts told with more decimals are no money
MONEY = "decimal(38, 8)"  # quantity times price, exactly


def has_amounts(lines: ir.Table) -> bool:
    """Whether the export itself says what each line comes to; its prices are then for display only."""
    return "amount" in lines.columns


def has_money(lines: ir.Table) -> bool:
    """Whether collected lines say anything of money; else each is an event that counts by itself."""
    return tells_money(lines.columns)


def exact_amount(lines: ir.Table) -> ir.DecimalValue:
    """What each line comes to: the export's own amount, else quantity times unit price; null where it is no number."""
    if has_amounts(lines):
        return lines.amount.try_cast(AMOUNT).cast(MONEY)
    return (lines.quantity.try_cast(QUANTITY).cast(WIDE) * lines.unit_price.try_cast(PRICE)).cast(MONEY)


def amount_in_sql(columns: Collection[str]) -> str:
    """The same for lines with these columns, as SQL."""
    if "amount" in columns:
        return f"CAST(TRY_CAST(amount AS {AMOUNT}) AS {MONEY})"
    return f"CAST(CAST(TRY_CAST(quantity AS {QUANTITY}) AS {WIDE}) * TRY_CAST(unit_price AS {PRICE}) AS {MONEY})"
