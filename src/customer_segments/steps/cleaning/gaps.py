"""Gaps in the customer list: which say "does not apply", because another column explains them, and which "unknown"."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir

from customer_segments.base import registry, words
from customer_segments.base.contract import UNREADABLE
from customer_segments.base.engine import fetched
from customer_segments.steps.cleaning.rules import Rule, contents

MISSING_CELL = "missing cell"
MOST_VALUES = 12  # a column with more different values explains a gap by chance
FEWEST_ROWS = 10  # with and without the gap, below which the match may be chance


class StructuralGap(NamedTuple):
    """A column that is empty exactly where another one has certain values."""

    column: str
    explained_by: str
    values: tuple[Any, ...]

    def explains(self, table: ir.Table) -> ir.BooleanValue:
        """The cell is empty and the other column says why."""
        explaining = ibis.or_(*(table[self.explained_by].identical_to(value) for value in self.values))
        return table[self.column].isnull() & explaining

    def in_words(self) -> str:
        """“Left on” is empty exactly where “Active” is yes."""
        written = {None: "unknown", True: "yes", False: "no"}
        values = words.listed([written.get(value, f"“{value}”") for value in self.values], last="or")
        own, other = registry.label(self.column), registry.label(self.explained_by)
        return f"“{own}” is empty exactly where “{other}” is {values}"


def structural_gaps(customers: ir.Table) -> list[StructuralGap]:
    """For each column with such gaps the first column that explains them: a flag, or text with few different values."""
    names = [name for name in contents(customers) if name not in ("customer_id", UNREADABLE)]
    flags = [name for name in names if customers[name].type().is_boolean()]
    texts = [name for name in names if customers[name].type().is_string()]
    found: dict[str, StructuralGap] = {}
    for explaining in flags + texts:
        for gap in _explained_by(customers, explaining, [name for name in names if name != explaining]):
            found.setdefault(gap.column, gap)
    return [found[name] for name in names if name in found]


def gap_rules(gaps: Sequence[StructuralGap], repairs: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules about missing cells: structural ones are counted, and the setting says which take the customer out."""
    return (
        Rule("structural gap", _why(gaps),
             lambda table, params: ibis.or_(*(gap.explains(table) for gap in gaps)), repairs=()),
        Rule(MISSING_CELL,
             "The setting “missing_cells: {missing_cells}” takes customers with an empty cell out of the study.",
             lambda table, params: _has_gap(table, params, repairs, gaps),
             active=lambda params: params.cleaning.missing_cells != "keep"),
    )  # fmt: skip


def _explained_by(customers: ir.Table, explaining: str, names: list[str]) -> list[StructuralGap]:
    """The columns of which each value of the explaining column has either all cells or none."""
    if not names:
        return []
    counts = customers.group_by(value=customers[explaining]).agg(
        rows_=customers.count(), **{f"filled_{name}": customers[name].count() for name in names}
    )
    groups = fetched(counts.order_by("value").limit(MOST_VALUES + 1))
    if len(groups) > MOST_VALUES:
        return []
    found = []
    for name in names:
        empty = [group for group in groups if group[f"filled_{name}"] == 0]
        full = [group for group in groups if group[f"filled_{name}"] == group["rows_"]]
        enough = all(sum(group["rows_"] for group in part) >= FEWEST_ROWS for part in (empty, full))
        if len(empty) + len(full) == len(groups) and enough:
            found.append(StructuralGap(name, explaining, tuple(group["value"] for group in empty)))
    return found


def _has_gap(table: ir.Table, params: Any, repairs: Sequence[Rule], gaps: Sequence[StructuralGap]) -> ir.BooleanValue:
    """A cell is empty, or made so by a repair; with `reject_unexplained` only where no other column explains it."""
    explained = {gap.column: gap for gap in gaps} if params.cleaning.missing_cells == "reject_unexplained" else {}
    found = []
    for name in (name for name in contents(table) if name != UNREADABLE):
        empty = table[name].isnull()
        found.append(empty & ~explained[name].explains(table) if name in explained else empty)
        repairing = [rule for rule in repairs if rule.repairs and name in rule.repairs]
        found += [rule.catches(table, params).fill_null(False) for rule in repairing]
    return ibis.or_(*found)


def _why(gaps: Sequence[StructuralGap]) -> str:
    if not gaps:
        return "No column is empty exactly where a flag or a category has certain values."
    # Braces in a value from the data would be taken for a setting's name.
    found = words.listed([gap.in_words() for gap in gaps]).replace("{", "{{").replace("}", "}}")
    return f"{found}, so these gaps say “does not apply” rather than “unknown”."
