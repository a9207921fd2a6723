"""Cleaning: every row that came in is kept, or rejected by the first rule that catches it; counts and money add up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import ibis
import ibis.expr.types as ir

from customer_segments.base.contract import ROW
from customer_segments.base.engine import answer, fetched, materialised, stored
from customer_segments.base.errors import StudyError
from customer_segments.base.money import MONEY, PRICE, QUANTITY, exact_amount, has_amounts, has_money
from customer_segments.base.params import PreprocessingParams
from customer_segments.steps.cleaning import ledger as books
from customer_segments.steps.cleaning.gaps import MISSING_CELL, gap_rules, structural_gaps
from customer_segments.steps.cleaning.ledger import Entry, Files, Findings, apply_rules, numbered, validate, without
from customer_segments.steps.cleaning.returns import (
    money_beyond,
    near_returns,
    net_returns,
    nothing_netted,
    with_amounts_lost,
)
from customer_segments.steps.cleaning.rules import (
    BEYOND,
    IDENTITY_RULES,
    NO_ORDERS,
    REPAIRS,
    TRANSACTION_RULES,
    netting_rules,
)

if TYPE_CHECKING:
    import pandas as pd

Keep: TypeAlias = Callable[[ir.Table, str | None], ir.Table]

IDENTITY = ("invoice_id", "ordered_at", "customer_id", "product", "category", "country", "line_number")
OF_PIECES, OF_MONEY = ("returned_quantity", "net_quantity"), ("unit_price", "refunded", "net_revenue")
MEASURES = ("quantity", "unit_price", "returned_quantity", "refunded", "net_quantity", "net_revenue")
LINES_FILE, UNDONE_FILE = "lines.parquet", "undone.parquet"


@dataclass(frozen=True)
class Cleaned:
    """What the study goes on with, what it goes on without, and what each rule did.

    Quantities and money in `lines` are exact decimals, so that no sum depends on the order of the rows; a line without
    money has no column of it, and counts as one where no pieces are told. `unmatched`
    holds the returns without a sale, and those that paid back more than their sale had cost, `undone` the sales of
    which all was returned: who, when, how many. `left_out` names the customers whom empty cells take out of the study,
    whatever they ordered.
    """

    customers: ir.Table | None
    lines: ir.Table | None
    rejected: ir.Table
    entries: tuple[Entry, ...]  # of the ledger
    unmatched: ir.Table | None = None
    undone: ir.Table | None = None
    left_out: ir.Table | None = None
    collected: ir.Table | None = None  # the lines as they came, with all of their columns

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """What each rule did, table by table."""
        return books.as_frame(self.entries)


@dataclass(frozen=True)
class _Source:
    """One table as it was collected: its rows in order, the files they stand in, and how many could not be read."""

    name: str
    rows: ir.Table
    count: int
    returns: bool  # whether a line has a quantity below zero
    files: Files
    broken: int | None
    handed_on: bool  # to be gone on with, and not looked at alone


@dataclass(frozen=True)
class _Audit:
    """What cleaning made of one table."""

    kept: ir.Table
    rejected: ir.Table
    ledger: list[Entry]
    unmatched: ir.Table | None = None
    undone: ir.Table | None = None
    left_out: ir.Table | None = None


def clean(
    customers: ir.Table | None,
    transactions: ir.Table | None,
    params: PreprocessingParams,
    broken: ir.Table | None = None,
    files: Mapping[str, Files] | None = None,
    folder: Path | None = None,
    *,
    ledger_only: bool = False,
) -> Cleaned:
    """Apply the rules to both tables, or to the one there is.

    `broken` holds the rows that could not be split into cells (table, row, reason, content), `files` the files of each
    table with their numbers of rows. Lines are written to `lines.parquet` in `folder` as soon as they are known, and
    read from there, undone sales to `undone.parquet`; without a folder they are held, on disk where memory ends.
    With `ledger_only` they are worked out only as far as the ledger needs them.
    """
    files, unread = files or {}, None if broken is None else _counted(broken)
    if transactions is None and customers is None:
        raise StudyError("There is neither a customers nor a transactions table: name at least one.", setting="source")
    sales = people = None
    keep = _keeping(folder, ledger_only)
    if transactions is not None:
        sales = _audit_transactions(_source("transactions", transactions, files, unread, not ledger_only), params, keep)
    lines = sales.kept if sales else None
    if customers is not None:
        people = _audit_customers(_source("customers", customers, files, unread, not ledger_only), lines, params)
    audits = [audit for audit in (people, sales) if audit]
    rejected = [audit.rejected for audit in audits]
    return Cleaned(
        customers=people.kept if people else None,
        lines=lines,
        rejected=ibis.union(*([] if broken is None else [books.broken_rows(broken, files)]), *rejected),
        entries=tuple(entry for audit in audits for entry in audit.ledger),
        unmatched=sales.unmatched if sales else None,
        undone=sales.undone if sales else None,
        left_out=people.left_out if people else None,
        collected=transactions,
    )


def _counted(broken: ir.Table) -> dict[str, int]:
    """How many rows of each table could not be split into cells."""
    return {each["table"]: each["rows"] for each in fetched(broken.group_by("table").agg(rows=broken.count()))}


def _source(
    name: str, table: ir.Table, files: Mapping[str, Files], unread: Mapping[str, int] | None, handed_on: bool
) -> _Source:
    """The table in the order of its row numbers, which it comes in as a rule."""
    lines = name == "transactions" and "quantity" in table.columns
    returned = table.quantity < 0 if lines else ibis.literal(False)
    seen = table.select(returned=returned, rising=table[ROW] > table[ROW].lag(1).over(ibis.window()))
    (found,) = fetched(seen.aggregate(count=seen.count(), returned=seen.returned.any(), rising=seen.rising.all()))
    rows = materialised(table.order_by(ROW)) if found["rising"] is False else table
    broken = None if unread is None else unread.get(name, 0)
    return _Source(name, rows, found["count"], found["returned"] is True, files.get(name, ()), broken, handed_on)


def _audit_transactions(source: _Source, params: PreprocessingParams, keep: Keep) -> _Audit:
    """Judge every line by itself, then net returns against sales among the lines that stand."""
    exact = _with_exact_amounts(source.rows)
    found = apply_rules(exact, numbered(TRANSACTION_RULES, exact, params), params)
    refunds = unmatched = None
    if params.cleaning.returns == "net" and "quantity" in source.rows.columns:
        found, refunds, unmatched = _netted(source, exact, found, params, keep)
    lines = _net_lines(_as_lines(without(exact, found.rulings)), refunds, _measures_of(source.rows))
    kept = keep(lines, LINES_FILE)
    _refuse_a_day_before_all_orders(source, kept, params)
    undone = None if refunds is None else keep(_undone(source, refunds), UNDONE_FILE)
    audit = _audit(source, kept, found, params, has_money(source.rows))
    return replace(audit, unmatched=unmatched, undone=undone)


def _netted(
    source: _Source, exact: ir.Table, found: Findings, params: PreprocessingParams, keep: Keep
) -> tuple[Findings, ir.Table | None, ir.Table]:
    """What was found with the rulings on returns, what was taken back of each sale, and the returns without one."""
    rules = netting_rules(exact)
    if not source.returns:
        told = replace(found, rules=found.rules | numbered(rules, exact, params, after=found.rules))
        return told, None, _unmatched(source, _lost(nothing_netted(exact)))
    near = without(_with_exact_amounts(near_returns(source.rows)), found.rulings)
    netted = materialised(with_amounts_lost(net_returns(_as_lines(near))))
    netting = apply_rules(netted, numbered(rules, netted, params, after=found.rules), params)
    if (beyond := next((step for step, rule in netting.rules.items() if rule.name == BEYOND), None)) is not None:
        netting = replace(netting, rulings=netting.rulings.union(money_beyond(netted, beyond)))
    found = found.followed_by(replace(netting, rulings=materialised(netting.rulings)))
    refunds = netted.filter(netted.quantity > 0)
    return found, refunds, keep(_unmatched(source, materialised(_lost(netted))), None)


def _audit_customers(source: _Source, lines: ir.Table | None, params: PreprocessingParams) -> _Audit:
    """Judge who is named by each row, then the cells of those who stand, and whether any order of theirs is left."""
    judged = source.rows.mutate(exact_amount=ibis.null(MONEY))
    if lines is not None:
        buyers = materialised(lines.select("customer_id").distinct())
        judged = judged.mutate(any_order_left=judged.customer_id.isin(buyers.customer_id))
    found = apply_rules(judged, numbered(IDENTITY_RULES, judged, params), params)
    standing = materialised(without(judged, found.rulings))
    about_gaps = gap_rules(structural_gaps(standing), REPAIRS)
    rules = numbered((*REPAIRS, *about_gaps, NO_ORDERS), standing, params, after=found.rules)
    found = found.followed_by(apply_rules(standing, rules, params))
    kept = without(standing, found.rulings)
    repairs = {
        column: rule.catches(kept, params).ifelse(ibis.null(kept[column].type()), kept[column])
        for rule in found.rules.values()
        for column in rule.repairs or ()
    }
    kept = materialised(kept.mutate(**repairs).select(source.rows.columns))
    steps = [step for step, rule in found.rules.items() if rule.name == MISSING_CELL]
    with_gaps = found.rulings.filter(found.rulings.step.isin(steps)) if steps else None
    left_out = None if with_gaps is None else standing.semi_join(with_gaps, ROW).select("customer_id")
    return replace(_audit(source, kept, found, params, money=False), left_out=left_out)


def _audit(source: _Source, kept: ir.Table, found: Findings, params: PreprocessingParams, money: bool) -> _Audit:
    """Close the books on one table, and refuse to go on if they do not balance."""
    ledger = books.ledger(source.name, source.count, found, params, source.broken, money)
    if source.handed_on:
        validate(source.name, kept, ledger[-1].rows_after)
    return _Audit(kept, books.rejected_rows(source.name, source.rows, found, params, source.files), ledger)


def _with_exact_amounts(transactions: ir.Table) -> ir.Table:
    """Add quantity, amount and price as decimals; what is no finite number becomes null.

    Where the export has amounts, the price is what they come to a piece, to be shown and to tell returns by. A line
    counts as one piece where it tells none, and without any money all have the same price, so that pieces decide.
    """
    if not has_money(transactions):
        pieces = transactions.quantity if "quantity" in transactions.columns else ibis.literal(1.0)
        nothing = {"exact_price": ibis.literal(0).cast(PRICE), "exact_amount": ibis.literal(0).cast(MONEY)}
        return transactions.mutate(exact_quantity=pieces.try_cast(QUANTITY), **nothing)
    quantity, price = transactions.quantity, transactions.unit_price
    if has_amounts(transactions):
        price = (quantity == 0).ifelse(0.0, transactions.amount / quantity)
    return transactions.mutate(
        exact_quantity=quantity.try_cast(QUANTITY),
        exact_price=price.try_cast(PRICE),
        exact_amount=exact_amount(transactions),
    )


def _measures_of(transactions: ir.Table) -> list[str]:
    """What is measured of such lines, beside that each counts."""
    untold = () if "quantity" in transactions.columns else OF_PIECES
    untold = untold if has_money(transactions) else (*untold, *OF_MONEY)
    return [name for name in MEASURES if name not in untold]


def _as_lines(exact: ir.Table) -> ir.Table:
    """The columns of an invoice line, with its measures as decimals."""
    identity = [name for name in IDENTITY if name in exact.columns]
    measures = {"quantity": "exact_quantity", "unit_price": "exact_price", "gross_revenue": "exact_amount"}
    return exact.select(*identity, ROW, **measures)


def _net_lines(standing: ir.Table, refunds: ir.Table | None, measures: list[str]) -> ir.Table:
    """The lines that stand, each with what was returned of it and what is left, as far as that is measured."""
    nothing = {"returned_quantity": ibis.literal(0).cast(QUANTITY), "refunded": ibis.literal(0).cast(MONEY)}
    if refunds is None:
        lines = standing.mutate(**nothing)
    else:
        lines = standing.left_join(refunds.select(ROW, *nothing), ROW)
        lines = lines.mutate(**{name: lines[name].fill_null(none) for name, none in nothing.items()})
    lines = lines.mutate(
        net_quantity=(lines.quantity - lines.returned_quantity).cast(QUANTITY),
        net_revenue=(lines.gross_revenue - lines.refunded).cast(MONEY),
    )
    return lines.select(*(name for name in IDENTITY if name in lines.columns), *measures, ROW)


def _lost(netted: ir.Table) -> ir.Table:
    """What of the returns met no sale: units, and money."""
    lost = netted.filter((netted.unmatched_quantity > 0) | (netted.refunded_beyond > 0))
    return lost.select(ROW, "unmatched_quantity", "refunded_beyond", "unmatched_amount")


def _unmatched(source: _Source, lost: ir.Table) -> ir.Table:
    """The returns with units or money that met no sale, as they came."""
    named = [
        name for name in (*IDENTITY, "description", "quantity", "unit_price", "amount") if name in source.rows.columns
    ]
    returns = source.rows.filter(source.rows.quantity < 0)
    lost = lost if has_money(source.rows) else lost.drop("refunded_beyond", "unmatched_amount")
    found = books.with_place(returns.select(ROW, *named).join(lost, ROW), source.files)
    return found.select(ROW, "file", "row_in_file", *named, *(n for n in lost.columns if n != ROW))


def _undone(source: _Source, refunds: ir.Table) -> ir.Table:
    """The sales of which all was returned."""
    whole = refunds.filter(refunds.returned_quantity == refunds.quantity).select(ROW, "quantity")
    return source.rows.select(ROW, "customer_id", "ordered_at").join(whole, ROW)


def _keeping(folder: Path | None, ledger_only: bool) -> Keep:
    """What computes a table once: to hold it, or to write it to the folder under its name and read it from there."""

    def keep(table: ir.Table, name: str | None) -> ir.Table:
        if ledger_only:
            return table
        return materialised(table) if folder is None or name is None else stored(table, folder / name, [ROW])

    return keep


def _refuse_a_day_before_all_orders(source: _Source, lines: ir.Table, params: PreprocessingParams) -> None:
    """Where nothing is left because the day of the study is too early, say which day would do."""
    if params.as_of is None or answer(lines.count()):
        return
    days = source.rows.ordered_at.date()
    (told,) = fetched(source.rows.aggregate(first=days.min(), last=days.max()))
    first, last = told.values()
    if first is not None and params.as_of <= first:
        raise StudyError(
            f"`preprocessing.as_of` is {params.as_of}, but the first order was on {first}, so no order lies before it: "
            f"choose a later day, or null for the day after the last order ({last + timedelta(days=1)}).",
            setting="preprocessing.as_of",
        )
