"""Two runs, or periods: who moved between them, and how far the columns of both lie apart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.stats import chi2
from sklearn.metrics import adjusted_rand_score

from customer_segments.base.contract import ABOUT_EARLIER
from customer_segments.base.errors import StudyError

ID, SEGMENT, NAME = "customer_id", "segment", "segment_name"
BINS = 10  # deciles of the old customers
WATCH, REFIT = 0.1, 0.25  # of the index, and of the share of customers who moved
MOST_CATEGORIES = 30
CHANCE = 0.95  # an index that chance alone exceeds more often than in one of twenty cases means nothing
NOT_COMPARED = {ID, NAME, "certainty", "found_again", "outside"}
GONE, NEW = "Gone", "New"


@dataclass(frozen=True)
class Run:
    """Who was in which segment (customer_id, segment), what segments were called, and what customers were like."""

    label: str
    segments: pd.DataFrame
    names: dict[int, str]
    values: pd.DataFrame
    verdict: str = ""

    @classmethod
    def kept(cls, folder: Path) -> Run | None:
        """The one that a study is compared with; None where it is compared with none."""
        about = json.loads((folder / ABOUT_EARLIER).read_text(encoding="utf-8"))
        if about["place"] is None:
            return None
        names = {int(number): name for number, name in about["names"].items()}
        segments, customers = (pd.read_parquet(folder / f"{name}.parquet") for name in ("segments", "customers"))
        return cls(Path(about["place"]).name, segments[[ID, SEGMENT]], names, customers, about["verdict"])


@dataclass(frozen=True)
class Drift:
    """What two runs have in common and what not."""

    old: Run
    new: Run
    migration: pd.DataFrame  # counts; rows: old segments and `New`, columns: new segments and `Gone`
    matched: dict[int, int]  # which new segment continues an old one
    by_overlap: bool
    both: int
    moved: float | None  # share of the customers of both runs
    agreement: float | None  # adjusted Rand index of both runs
    stability: pd.DataFrame  # column, psi, chance, shift

    @property
    def sizes(self) -> pd.DataFrame:
        """Each segment of the new run with the one that it continues, and their customers; then those that ended."""
        then, now = (run.segments[SEGMENT].value_counts().sort_index() for run in (self.old, self.new))
        continues = {new: old for old, new in self.matched.items()}
        ended = [old for old in then.index if old not in continues.values() or self.matched[old] not in now.index]
        rows = [(continues.get(new), new) for new in now.index] + [(old, None) for old in ended]
        return pd.DataFrame(
            [(old, new, int(then.get(old, 0)), int(now.get(new, 0))) for old, new in rows],
            columns=["old", "new", "then", "now"],
        ).astype({"old": "Int64", "new": "Int64"})

    @property
    def shifted(self) -> list[str]:
        """The columns whose values are clearly others."""
        return self.stability.loc[self.stability["shift"] == "shifted", "column"].tolist()

    @property
    def is_large(self) -> bool:
        """Whether many stand elsewhere, or segments are something else; values may shift because more is known."""
        return self.old.verdict != self.new.verdict or (self.moved or 0.0) > REFIT


def against(old: Run, new: Run) -> Drift:
    """The comparison of a study with the run that it names."""
    found = compare(old, new)
    if not found.both and found.stability.empty:
        raise StudyError(
            f"{old.label} and this study have no customer and no column in common: name an earlier run of the same "
            "business, or none.",
            "compare",
        )
    return found


def compare(old: Run, new: Run) -> Drift:
    """The migration of customers and the stability of every column that both runs have."""
    joined = old.segments.merge(new.segments, on=ID, how="outer", suffixes=("_old", "_new"))
    before, after = joined[f"{SEGMENT}_old"], joined[f"{SEGMENT}_new"]
    both = joined[before.notna() & after.notna()].astype({f"{SEGMENT}_old": int, f"{SEGMENT}_new": int})
    counts = pd.crosstab(_segments(before, NEW), _segments(after, GONE))
    counts = counts.loc[_ordered(counts.index, NEW), _ordered(counts.columns, GONE)]
    by_overlap = _other_names(old, new)
    matched = _matched(both, by_overlap)
    moved = agreement = None
    if len(both):
        moved = float((both[f"{SEGMENT}_old"].map(matched) != both[f"{SEGMENT}_new"]).mean())
        agreement = float(adjusted_rand_score(both[f"{SEGMENT}_old"], both[f"{SEGMENT}_new"]))
    stability = stability_table(old.values, new.values)
    return Drift(old, new, counts, matched, by_overlap, len(both), moved, agreement, stability)


def _segments(column: pd.Series, missing: str) -> pd.Series:
    return column.astype("Int64").astype("object").where(column.notna(), missing)


def _ordered(labels: pd.Index, last: str) -> list[Any]:
    return sorted(label for label in labels if label != last) + [label for label in labels if label == last]


def _other_names(old: Run, new: Run) -> bool:
    """Whether numbers cannot be trusted to mean the same: one of them has another name in each run."""
    return any(old.names[segment] != new.names[segment] for segment in set(old.names) & set(new.names))


def _matched(both: pd.DataFrame, by_overlap: bool) -> dict[int, int]:
    """Which new segment continues each old one: the one of its number, or the pairing that moves fewest customers."""
    overlap = pd.crosstab(both[f"{SEGMENT}_old"], both[f"{SEGMENT}_new"])
    if not by_overlap:
        return {segment: segment for segment in overlap.index}
    rows, columns = linear_sum_assignment(-overlap.to_numpy())
    return {int(overlap.index[row]): int(overlap.columns[column]) for row, column in zip(rows, columns, strict=True)}


def stability_table(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """The population stability index of every column that both tables have, the largest first."""
    shared = [name for name in old if name in new and name not in NOT_COMPARED]
    rows = [(name, *found) for name in shared if (found := stability(old[name], new[name])) is not None]
    table = pd.DataFrame(rows, columns=["column", "psi", "chance"])
    real = table["psi"].where(table["psi"] > table["chance"], 0)
    shifts = np.select([real > REFIT, real > WATCH], ["shifted", "moved a little"], "stable")
    return table.assign(shift=shifts).sort_values(["psi", "column"], ascending=[False, True], ignore_index=True)


def stability(old: pd.Series, new: pd.Series) -> tuple[float, float] | None:
    """The index between two columns, and what chance alone would exceed in one of twenty cases.

    Numbers are cut at the old deciles, categories taken as they are, gaps counted as a group; days are not compared.

    >>> stability(pd.Series(["a"] * 50 + ["b"] * 50), pd.Series(["a"] * 50 + ["b"] * 50))[0]
    0.0
    """
    groups = _groups(old, new)
    if groups is None:
        return None
    counted = pd.DataFrame({"old": groups[0].value_counts(), "new": groups[1].value_counts()}).fillna(0)
    # Half a customer more in each group, so that an empty one does not make the index infinite.
    shares = (counted + 0.5) / (counted + 0.5).sum()
    index = float(((shares["new"] - shares["old"]) * np.log(shares["new"] / shares["old"])).sum())
    freedom = max(len(counted) - 1, 1)
    chance = float(chi2.ppf(CHANCE, freedom) * (1 / len(old) + 1 / len(new)))
    return round(index, 6) + 0.0, round(chance, 6)


def _groups(old: pd.Series, new: pd.Series) -> tuple[pd.Series, pd.Series] | None:
    """Both columns cut into the same groups; none where they cannot be compared."""
    if not len(old) or not len(new) or any(pd.api.types.is_datetime64_any_dtype(each) for each in (old, new)):
        return None
    if all(pd.api.types.is_numeric_dtype(each) and not pd.api.types.is_bool_dtype(each) for each in (old, new)):
        cuts = np.unique(np.nanquantile(old.astype(float), np.arange(1, BINS) / BINS)) if old.notna().any() else []
        return _cut(old, cuts), _cut(new, cuts)
    texts = [each.astype("object").where(each.notna(), "").astype(str) for each in (old, new)]
    return None if texts[0].nunique() > MOST_CATEGORIES else (texts[0], texts[1])


def _cut(column: pd.Series, cuts: np.ndarray) -> pd.Series:
    """Which of the groups between the cuts each number lies in; -1 where there is none."""
    numbers = column.astype(float)
    return pd.Series(np.where(numbers.isna(), -1, np.searchsorted(cuts, numbers, side="left")))
