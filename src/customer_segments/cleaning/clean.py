"""Cleaning: every row that came in is kept, or rejected by the first rule that catches it; counts and money add up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from customer_segments.cleaning.returns import MONEY, PRICE, QUANTITY, net_returns
from customer_segments.cleaning.rules import CUSTOMER_RULES, NETTING_RULES, TRANSACTION_RULES, Rule
from customer_segments.contract import ROW
from customer_segments.engine import materialised
from customer_segments.errors import StudyError
from customer_segments.params import CleaningParams

IDENTITY = ("invoice_id", "ordered_at", "customer_id", "product", "category", "country", "line_number")
MEASURES = ("quantity", "unit_price", "returned_quantity", "refunded", "net_quantity", "net_revenue")
Rules = dict[int, Rule]  # by the step in which they apply


@dataclass(frozen=True)
class Cleaned:
    """What the study goes on with, what it goes on without, and what each rule did.

    Quantities and money in `lines` are exact decimals, so that no sum depends on the order of the rows.
    """

    customers: ir.Table | None
    lines: ir.Table | None
    rejected: ir.Table
    ledger: pd.DataFrame


@dataclass(frozen=True)
class _Audit:
    """What cleaning made of one table."""

    kept: ir.Table
    rejected: ir.Table
    ledger: pd.DataFrame


@dataclass(frozen=True)
class _Findings:
    """What the rules found in one table: `verdicts` (row, step, amount) of the rejected rows, and repairs counted."""

    rules: Rules
    verdicts: ir.Table
    repaired: dict[int, int]


def clean(customers: ir.Table | None, transactions: ir.Table | None, params: CleaningParams) -> Cleaned:
    """Apply the rules to both tables, or to the one there is."""
    sales = None if transactions is None else _audit_transactions(transactions, params)
    lines = sales.kept if sales else None
    people = None if customers is None else _audit_customers(customers, lines, params)
    audits = [audit for audit in (people, sales) if audit]
    if not audits:
        raise StudyError("There is neither a customers nor a transactions table: name at least one under `source:`.")
    return Cleaned(
        customers=people.kept if people else None,
        lines=lines,
        rejected=ibis.union(people.rejected, sales.rejected) if people and sales else audits[0].rejected,
        ledger=pd.concat([audit.ledger for audit in audits], ignore_index=True),
    )


def _audit_transactions(transactions: ir.Table, params: CleaningParams) -> _Audit:
    """Judge every line by itself, then net returns against sales among the lines that stand."""
    exact = _with_exact_amounts(transactions)
    found = _judge(exact, _applicable(TRANSACTION_RULES, exact, params), params)
    standing, refunds = _as_lines(_without(exact, found.verdicts)), None
    if params.returns == "net":
        netted = materialised(_with_amounts_lost(net_returns(standing)))
        rules = {len(found.rules) + step: rule for step, rule in enumerate(NETTING_RULES)}
        netting = _judge(netted, rules, params)
        standing, refunds = _without(standing, netting.verdicts), netted.filter(netted.quantity > 0)
        found = _Findings(
            rules=found.rules | rules,
            verdicts=found.verdicts.union(netting.verdicts),
            repaired=found.repaired | netting.repaired,
        )
    return _audit("transactions", transactions, _net_lines(standing, refunds), found, params)


def _audit_customers(customers: ir.Table, lines: ir.Table | None, params: CleaningParams) -> _Audit:
    """Judge every customer, with an eye on whether any order of theirs is left."""
    judged = customers.mutate(exact_amount=ibis.null(MONEY))
    if lines is not None:
        buyers = materialised(lines.select("customer_id").distinct())
        judged = judged.mutate(any_order_left=judged.customer_id.isin(buyers.customer_id))
    found = _judge(judged, _applicable(CUSTOMER_RULES, judged, params), params)
    kept = _without(judged, found.verdicts)
    repairs = {
        column: rule.catches(kept, params).ifelse(ibis.null(kept[column].type()), kept[column])
        for rule in found.rules.values()
        for column in rule.repairs or ()
    }
    audit = _audit("customers", customers, kept.mutate(**repairs).select(customers.columns), found, params)
    return replace(audit, ledger=audit.ledger.assign(amount_rejected=float("nan")))


def _audit(name: str, source: ir.Table, kept: ir.Table, found: _Findings, params: CleaningParams) -> _Audit:
    """Close the books on one table, and refuse to go on if they do not balance."""
    ledger = _ledger(name, source, found, params)
    rows_kept, rows_due = int(kept.count().execute()), int(ledger["rows_after"].iloc[-1])
    if rows_kept != rows_due:
        raise StudyError(
            f"{name}: {rows_kept:,} rows are kept where the ledger leaves {rows_due:,}, "
            f"because numbers in the column `{ROW}` occur twice: collect the data again (`dvc repro -f collect`)."
        )
    return _Audit(kept, _rejected(name, source, found, params), ledger)


def _with_exact_amounts(transactions: ir.Table) -> ir.Table:
    """Add quantity, price and their product as decimals; what is no finite number becomes null."""
    exact = transactions.mutate(
        exact_quantity=transactions.quantity.try_cast(QUANTITY),
        exact_price=transactions.unit_price.try_cast(PRICE),
    )
    return exact.mutate(exact_amount=(exact.exact_quantity * exact.exact_price).cast(MONEY))


def _with_amounts_lost(netted: ir.Table) -> ir.Table:
    """Add the money that goes missing with a row: a return's part without a sale, or a sale less its refund."""
    of_sale = (netted.quantity * netted.unit_price).cast(MONEY) - netted.refunded
    of_return = -(netted.unmatched_quantity * netted.unit_price).cast(MONEY)
    return netted.mutate(exact_amount=(netted.quantity > 0).ifelse(of_sale, of_return))


def _as_lines(exact: ir.Table) -> ir.Table:
    """The columns of an invoice line, with its measures as decimals."""
    identity = [name for name in IDENTITY if name in exact.columns]
    measures = {"quantity": "exact_quantity", "unit_price": "exact_price", "gross_revenue": "exact_amount"}
    return exact.select(*identity, ROW, **measures)


def _net_lines(standing: ir.Table, refunds: ir.Table | None) -> ir.Table:
    """The lines that stand, each with what was returned of it and what is left."""
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
    return lines.select(*(name for name in IDENTITY if name in lines.columns), *MEASURES, ROW)


def _applicable(rules: tuple[Rule, ...], table: ir.Table, params: CleaningParams) -> Rules:
    """The rules that the settings ask for and the columns allow, numbered by step."""
    asked = [rule for rule in rules if rule.active(params) and set(rule.needs) <= set(table.columns)]
    return dict(enumerate(asked))


def _judge(table: ir.Table, rules: Rules, params: CleaningParams) -> _Findings:
    """Let the first rule that catches a row reject it, and count the repairs among the rows standing until then."""
    rejecting = [(rule.catches(table, params), step) for step, rule in rules.items() if rule.repairs is None]
    judged = table.select(ROW, amount="exact_amount", step=ibis.cases(*rejecting).cast("int16"))
    verdicts = materialised(judged.filter(judged.step.notnull()))
    return _Findings(rules, verdicts, _count_repairs(table, verdicts, rules, params))


def _count_repairs(table: ir.Table, verdicts: ir.Table, rules: Rules, params: CleaningParams) -> dict[int, int]:
    judged = table.left_join(verdicts.select(ROW, rejected_in="step"), ROW)
    repaired = {
        str(step): (rule.catches(judged, params) & (judged.rejected_in.isnull() | (judged.rejected_in > step))).sum()
        for step, rule in rules.items()
        if rule.repairs is not None
    }
    counts = judged.aggregate(**repaired).to_pyarrow().to_pylist()[0] if repaired else {}
    return {int(step): count or 0 for step, count in counts.items()}


def _without(table: ir.Table, verdicts: ir.Table) -> ir.Table:
    return table.anti_join(verdicts, ROW)


def _rejected(name: str, source: ir.Table, found: _Findings, params: CleaningParams) -> ir.Table:
    """The rejected rows of one table, each with its rule and its content as it came."""
    contents = [column for column in source.columns if column != ROW]
    rows = source.join(found.verdicts.select(ROW, cleaning_step="step"), ROW)
    steps = found.rules.items()
    return rows.select(
        table=ibis.literal(name),
        row=rows[ROW],
        customer_id=rows.customer_id,
        rule=rows.cleaning_step.cases(*((step, rule.name) for step, rule in steps)),
        reason=rows.cleaning_step.cases(*((step, _why(rule, params)) for step, rule in steps)),
        content=ibis.struct({column: rows[column] for column in contents}).cast("json").cast("string"),
    )


def _why(rule: Rule, params: CleaningParams) -> str:
    return rule.why.format_map(params.model_dump())


def _ledger(name: str, source: ir.Table, found: _Findings, params: CleaningParams) -> pd.DataFrame:
    """What each rule did, in order: rows before, rejected, repaired and after, and the money of the rejected."""
    by_step = found.verdicts.group_by("step").agg(rows=lambda v: v.count(), amount=lambda v: v.amount.sum())
    rejections = {hit["step"]: hit for hit in by_step.to_pyarrow().to_pylist()}
    standing, entries = int(source.count().execute()), []
    for step, rule in found.rules.items():
        hit: dict[str, Any] = rejections.get(step, {"rows": 0, "amount": None})
        entries.append(
            {
                "table": name,
                "rule": rule.name,
                "why": _why(rule, params),
                "rows_before": standing,
                "rows_rejected": hit["rows"],
                "rows_repaired": found.repaired.get(step, 0),
                "rows_after": standing - hit["rows"],
                "amount_rejected": float(round(hit["amount"] or Decimal(0), 6)),
            }
        )
        standing -= hit["rows"]
    return pd.DataFrame(entries)
