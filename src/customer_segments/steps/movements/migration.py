"""Who has moved: the segment in which each customer would have been placed some days ago, against today's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pandas as pd

from customer_segments.base.threads import in_one_thread
from customer_segments.steps.profiling.distinctiveness import SEGMENT

if TYPE_CHECKING:
    from customer_segments.steps.recipe import Recipe
    from customer_segments.steps.scorer import Scorer

NEW = -1  # stands for those who were no customers then


@dataclass(frozen=True)
class Migration:
    """How many customers stand where: rows are the segments of then (and `NEW`), columns today's."""

    days: int
    counts: pd.DataFrame
    attributes: tuple[str, ...]  # that segments are made of and are today's in both, for nobody knows what they were

    @property
    def both(self) -> pd.DataFrame:
        """Those who were customers on both days."""
        return self.counts.drop(index=NEW, errors="ignore")

    @property
    def moved(self) -> float:
        """The share of those who were customers on both days that stand in another segment now."""
        stayed = sum(self.both.at[number, number] for number in self.both.index if number in self.both.columns)
        return 1 - stayed / self.both.to_numpy().sum()


@in_one_thread
def migration(
    collected: ir.Table | None, recipe: Recipe | None, scorer: Scorer, customers: pd.DataFrame, segments: pd.DataFrame,
    days: int | None,
) -> Migration | None:  # fmt: skip
    """Customers placed by the study's own rules, from nothing that came in its last days.

    None where the study has no recipe for its lines, or they do not go as far back before that day as since.
    """
    if collected is None or recipe is None or days is None:
        return None
    first = collected.ordered_at.min().to_pyarrow().as_py()
    day = date.fromisoformat(recipe.as_of) - timedelta(days=days)
    if first is None or first.date() > day - timedelta(days=days):
        return None
    backend = collected.get_backend()
    known = collected.filter(collected.ordered_at < ibis.date(day).cast("timestamp(6)"))
    followed = recipe.follow(backend.con, backend.compile(known), day)
    if followed is None or not followed.customers["customer_id"]:
        return None
    then = pd.DataFrame(followed.customers)
    lacking = [name for name in scorer.needed if name not in then and name in customers]
    then = then.merge(customers[["customer_id", *lacking]], on="customer_id", how="left" if lacking else "inner")
    placed = pd.DataFrame({"customer_id": then["customer_id"], "then": scorer.score(then).segment})
    both = segments[["customer_id", SEGMENT]].merge(placed, on="customer_id", how="left")
    counts = pd.crosstab(both["then"].fillna(NEW).astype(int), both[SEGMENT])
    places = sorted({*counts.index, *counts.columns} - {NEW})
    rows = [*places, NEW] if NEW in counts.index else places
    return Migration(days, counts.reindex(index=rows, columns=places, fill_value=0), tuple(lacking))
