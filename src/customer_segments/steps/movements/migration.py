"""Who has moved: the segment in which each customer would have been placed some days ago, against today's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

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


@dataclass(frozen=True)
class Placing:
    """The study's own rules, which place its customers as of any day."""

    collected: ir.Table
    recipe: Recipe
    scorer: Scorer
    customers: pd.DataFrame  # as they are today

    @classmethod
    def of(
        cls, collected: ir.Table | None, recipe: Recipe | None, scorer: Scorer, customers: pd.DataFrame
    ) -> Placing | None:
        """None where the study has no lines, or no recipe for them."""
        return None if collected is None or recipe is None else cls(collected, recipe, scorer, customers)

    @classmethod
    def read(cls, collected: ir.Table | None, interim: Path, scorer: Path, customers: pd.DataFrame) -> Placing | None:
        """From what a study keeps of its rules."""
        from customer_segments.steps.recipe import FILE, Recipe
        from customer_segments.steps.scorer import Scorer

        kept = interim / Path(FILE).name
        return cls.of(collected, Recipe.read(kept) if kept.exists() else None, Scorer.read(scorer), customers)

    @in_one_thread
    def on(self, day: date, since: date | None = None) -> Placed | None:
        """Where each would have been placed on this day, by what had come since the other; None where nobody is."""
        known = self.collected.filter(self.collected.ordered_at < _midnight(day))
        if since is not None:
            known = known.filter(known.ordered_at >= _midnight(since))
        backend = known.get_backend()
        followed = self.recipe.follow(backend.con, backend.compile(known), day)
        if followed is None or not followed.customers["customer_id"]:
            return None
        then = pd.DataFrame(followed.customers)
        lacking = [name for name in self.scorer.needed if name not in then and name in self.customers]
        then = then.merge(
            self.customers[["customer_id", *lacking]], on="customer_id", how="left" if lacking else "inner"
        )
        placed = pd.DataFrame({"customer_id": then["customer_id"], SEGMENT: self.scorer.score(then).segment})
        return Placed(placed, tuple(lacking))


class Placed(NamedTuple):
    """The segment of each customer, and the attributes that segments are made of and that are today's."""

    segments: pd.DataFrame
    attributes: tuple[str, ...]


def _midnight(day: date) -> ir.TimestampScalar:
    return ibis.date(day).cast("timestamp(6)")


def migration(placing: Placing | None, segments: pd.DataFrame, days: int | None) -> Migration | None:
    """Customers placed by the study's own rules, from nothing that came in its last days.

    None where nothing places them, or lines do not go as far back before that day as since.
    """
    if placing is None or days is None:
        return None
    first = placing.collected.ordered_at.min().to_pyarrow().as_py()
    day = date.fromisoformat(placing.recipe.as_of) - timedelta(days=days)
    if first is None or first.date() > day - timedelta(days=days):
        return None
    placed = placing.on(day)
    if placed is None:
        return None
    then = placed.segments.rename(columns={SEGMENT: "then"})
    both = segments[["customer_id", SEGMENT]].merge(then, on="customer_id", how="left")
    counts = pd.crosstab(both["then"].fillna(NEW).astype(int), both[SEGMENT])
    places = sorted({*counts.index, *counts.columns} - {NEW})
    rows = [*places, NEW] if NEW in counts.index else places
    return Migration(days, counts.reindex(index=rows, columns=places, fill_value=0), placed.attributes)
