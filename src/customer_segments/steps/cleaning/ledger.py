"""The books of cleaning: what each rule did, every rejected row with its reason, and what is handed on, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import ibis
import ibis.expr.types as ir

from customer_segments.base.contract import ROW, TABLES
from customer_segments.base.engine import fetched, materialised
from customer_segments.base.errors import StudyError
from customer_segments.base.params import PreprocessingParams
from customer_segments.steps.cleaning.rules import Rule

if TYPE_CHECKING:
    import pandas as pd

Rules = dict[int, Rule]  # by the step in which they apply
Files = Sequence[Mapping[str, Any]]  # name and number of rows of each file of a table, in the order of reading

BROKEN = "broken row"
WHY_BROKEN = "The row could not be split into the cells of the table; the reason of each stands beside it."
NOTHING = float("nan")  # where there is no money to tell
NEEDED = ("customer_id", "ordered_at", "quantity", "unit_price", "net_revenue")  # in every line, where it is there
REJECTED = {
    **{"table": "string", "row": "int64", "file": "string", "row_in_file": "int64", "customer_id": "string"},
    **{"rule": "string", "reason": "string", "content": "string"},
}


class Entry(NamedTuple):
    """What one rule did to a table: a row of the ledger."""

    table: str
    rule: str
    why: str
    rows_before: int
    rows_rejected: int
    rows_repaired: int
    rows_after: int
    amount_rejected: float  # NaN where there is no money to tell


@dataclass(frozen=True)
class Findings:
    """What the rules found in one table: `rulings` (row, step, amount) on the rejected rows, and repairs counted.

    A ruling without a row enters an amount under a rule that did not take the row itself.
    """

    rules: Rules
    rulings: ir.Table
    repaired: dict[int, int]

    def followed_by(self, other: Findings) -> Findings:
        """Both, where the other's steps come later."""
        rulings = self.rulings.union(other.rulings)
        return Findings(self.rules | other.rules, rulings, self.repaired | other.repaired)


def numbered(rules: Sequence[Rule], table: ir.Table, params: PreprocessingParams, after: Rules | None = None) -> Rules:
    """The rules that the settings ask for and the columns allow, numbered by step."""
    asked = [
        rule for rule in rules if rule.active(params) and set(rule.needs) <= set(table.columns) and rule.applies(table)
    ]
    return dict(enumerate(asked, start=len(after or {})))


def apply_rules(table: ir.Table, rules: Rules, params: PreprocessingParams) -> Findings:
    """Let the first rule that catches a row reject it, and count the repairs among the rows standing until then."""
    rejecting = [(rule.catches(table, params), step) for step, rule in rules.items() if rule.repairs is None]
    step = ibis.cases(*rejecting).cast("int16") if rejecting else ibis.null("int16")
    judged = table.mutate(step=step)
    rulings = materialised(judged.filter(judged.step.notnull()).select(ROW, "step", amount="exact_amount"))
    return Findings(rules, rulings, _count_repairs(table, rulings, rules, params))


def without(table: ir.Table, rulings: ir.Table) -> ir.Table:
    """The rows on which there is no ruling."""
    return table.anti_join(rulings, ROW)


def ledger(
    name: str, came_in: int, found: Findings, params: PreprocessingParams, broken: int | None, money: bool
) -> list[Entry]:
    """What each rule did, in order: rows before, rejected, repaired and after, and the money of the rejected."""
    by_step = found.rulings.group_by("step").agg(rows=lambda v: v[ROW].count(), amount=lambda v: v.amount.sum())
    rejections = {hit["step"]: hit for hit in fetched(by_step)}
    nothing = 0.0 if money else NOTHING
    entries = [] if broken is None else [(BROKEN, WHY_BROKEN, broken, 0, nothing)]
    for step, rule in found.rules.items():
        hit = rejections.get(step, {"rows": 0, "amount": None})
        amount = float(round(hit["amount"] or Decimal(0), 6)) if money else NOTHING
        entries.append((rule.name, _why(rule, params), hit["rows"], found.repaired.get(step, 0), amount))
    return balanced(name, came_in + (broken or 0), entries)


def balanced(table: str, came_in: int, entries: Sequence[tuple[str, str, int, int, float]]) -> list[Entry]:
    """The ledger of a table from its entries: rule, why, rows rejected and repaired, money of the rejected."""
    left = list(accumulate((-rejected for _, _, rejected, *_ in entries), initial=came_in))
    return [
        Entry(table, rule, why, before, rejected, repaired, after, amount)
        for (rule, why, rejected, repaired, amount), (before, after) in zip(entries, pairwise(left), strict=True)
    ]


def as_frame(entries: Sequence[Entry]) -> pd.DataFrame:
    """The ledger as a table."""
    import pandas as pd

    return pd.DataFrame(entries, columns=Entry._fields)


def rejected_rows(name: str, source: ir.Table, found: Findings, params: PreprocessingParams, files: Files) -> ir.Table:
    """The rejected rows of one table in their order, each with its rule, its place and its content as it came."""
    cells = [column for column in source.columns if column != ROW]
    rulings = found.rulings.select(rejected_row=ROW, cleaning_step="step")
    # A join hands rows on in any order; they are sorted before their contents become text, which is much longer.
    rows = source.join(rulings, source[ROW] == rulings.rejected_row).order_by(ROW)
    steps = found.rules.items()
    rows = rows.select(
        table=ibis.literal(name),
        row=rows[ROW],
        customer_id=rows.customer_id,
        rule=rows.cleaning_step.cases(*((step, rule.name) for step, rule in steps)),
        reason=rows.cleaning_step.cases(*((step, _why(rule, params)) for step, rule in steps)),
        content=ibis.struct({column: rows[column] for column in cells}).cast("json").cast("string"),
    )
    return _as_rejected(rows, files)


def broken_rows(broken: ir.Table, files: Mapping[str, Files]) -> ir.Table:
    """The rows that could not be read, table by table in their order; those of joined tables by their file's name."""
    told = broken.mutate(customer_id=ibis.null("string"), rule=ibis.literal(BROKEN))
    parts = (told.filter(told["table"] == name).order_by(ROW) for name in TABLES)
    beside = told.filter(told["table"].notin(list(TABLES))).order_by(["table", ROW])
    return ibis.union(
        *(_as_rejected(part, files.get(name, ())) for name, part in zip(TABLES, parts, strict=True)),
        beside.mutate(file=beside["table"], row_in_file=beside[ROW]).select(*REJECTED).cast(REJECTED),
    )


def with_place(rows: ir.Table, files: Files) -> ir.Table:
    """The rows with the file that each stands in (`file`), and its number there (`row_in_file`)."""
    if not files:
        return rows.mutate(file=ibis.null("string"), row_in_file=ibis.null("int64"))
    starts = [0, *accumulate(int(file["rows"]) for file in files)][: len(files)]
    name = _by_row(rows[ROW], starts, [ibis.literal(str(file["name"])) for file in files])
    start = _by_row(rows[ROW], starts, [ibis.literal(start, "int64") for start in starts])
    return rows.mutate(file=name, row_in_file=rows[ROW] - start)


def validate(name: str, kept: ir.Table, due: int) -> None:
    """Refuse a clean table that has not the rows which the ledger leaves, or breaks its contract."""
    if name == "customers":
        ids, breach = kept.customer_id, "empty, or a value stands twice"
        wrong = {"customer_id": ids.isnull().any() | (ids.nunique() < ids.count())}
    else:
        breach = "a cell is empty"
        wrong = {column: kept[column].isnull().any() for column in NEEDED if column in kept.columns}
    (found,) = fetched(kept.aggregate(rows_kept=kept.count(), **wrong))
    if (rows_kept := found.pop("rows_kept")) != due:
        raise StudyError(
            f"{name}: {rows_kept:,} rows are kept where the ledger leaves {due:,}, because numbers in the column "
            f"`{ROW}` occur twice: collect the data again.",
            stage="collect",
        )
    for column, broken in found.items():
        if broken:  # would be an error of this project
            raise StudyError(
                f"After cleaning, the {'customers' if name == 'customers' else 'lines'} break their contract at "
                f"`{column}` ({breach}): please report this with the settings under `preprocessing.cleaning`."
            )


def _as_rejected(rows: ir.Table, files: Files) -> ir.Table:
    return with_place(rows, files).select(*REJECTED).cast(REJECTED)


def _by_row(row: ir.IntegerValue, starts: Sequence[int], values: Sequence[ir.Value]) -> ir.Value:
    """The value of the stretch that the row lies in, halved again and again so that many files cost little."""
    if len(values) == 1:
        return values[0]
    middle = len(values) // 2
    before, after = (_by_row(row, starts[part], values[part]) for part in (slice(middle), slice(middle, None)))
    return (row <= starts[middle]).ifelse(before, after)


def _count_repairs(table: ir.Table, rulings: ir.Table, rules: Rules, params: PreprocessingParams) -> dict[int, int]:
    counting = {step: rule for step, rule in rules.items() if rule.repairs is not None}
    if not counting:
        return {}
    found = table.filter(ibis.or_(*(rule.catches(table, params) for rule in counting.values())))
    judged = found.left_join(rulings.select(ROW, rejected_in="step"), ROW)
    repaired = {
        str(step): (rule.catches(judged, params) & (judged.rejected_in.isnull() | (judged.rejected_in > step))).sum()
        for step, rule in counting.items()
    }
    (counts,) = fetched(judged.aggregate(**repaired))
    return {int(step): count or 0 for step, count in counts.items()}


def _why(rule: Rule, params: PreprocessingParams) -> str:
    return rule.why.format_map(params.cleaning.model_dump() | {"as_of": params.as_of})
