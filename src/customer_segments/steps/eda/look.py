"""The first look at the tables as they came: all that chapter 1 shows in numbers, and what a reader must know of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

import ibis.expr.types as ir
import pandas as pd

from customer_segments.base.params import EdaParams
from customer_segments.steps.eda import checks, columns, distributions, missing
from customer_segments.steps.eda.trading import Trading, pauses, trading_of

Source = dict[str, Any]  # what `collect` wrote to source.json about one table
BROKEN_MATTER = 0.001  # of the rows: from here on it is worth knowing that they are broken
GAPS_TOLD = 0.01  # gaps without a pattern are told from this share on
GAPS_DISTORT = 0.05  # from here on, gaps that follow a pattern shift results
ROWS_DISTORT = 0.01  # of rows or of revenue: from here on a result would visibly change
ROWS_MATTER = 0.001  # below this, nothing that a reader could see changes
ONLY_INFORM = ("ordered_before_signup", "ordered_after_leaving")
DAYS_OF_A_YEAR = 365


class Weight(IntEnum):
    """How much depends on a finding."""

    DISTORTS = 1
    MATTERS = 2
    INFORMS = 3


class Finding(NamedTuple):
    """Something that was noticed in the tables, and how serious it is."""

    weight: Weight
    share: float  # of the rows concerned, from 0 to 1; orders findings of one weight
    about: str  # which sentence tells it
    facts: dict[str, Any]  # the names and numbers of that sentence


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings there are of each weight."""
    weights = [finding.weight for finding in findings]
    return {weight.name.lower(): weights.count(weight) for weight in Weight}


def in_source(table: str, source: Source) -> Iterator[Finding]:
    """What was guessed, columns whose days may be months, and rows that could not be split into cells."""
    for match in source["columns"]:
        if match["sureness"] == "a guess":
            yield Finding(Weight.MATTERS, 0.0, "guess", {"table": table} | match)
    for column in source["writing"]["doubts"]:
        yield Finding(Weight.DISTORTS, 0.0, "day_first", {"table": table, "column": column})
    for column, found in source["writing"].get("offsets", {}).items():
        if len(found) > 1:
            yield Finding(Weight.MATTERS, 0.0, "offsets", {"table": table, "column": column, "offsets": found})
    if broken := source["broken"]:
        share = broken / source["rows"]
        weight = Weight.MATTERS if share >= BROKEN_MATTER else Weight.INFORMS
        yield Finding(weight, share, "broken", {"table": table, "rows": broken})


def in_joins(table: str, source: Source) -> Iterator[Finding]:
    """One finding for each further table of which rows met no partner on either side."""
    for met in source.get("joined", ()):
        if alone := met["unmet"] + met["without_key"]:
            share = alone / max(met["lines"], 1)
            yield Finding(Weight.DISTORTS if share >= ROWS_DISTORT else Weight.MATTERS, share, "joined", met)
        elif unused := met["unused"] + met["broken"]:
            yield Finding(Weight.INFORMS, unused / max(met["rows"], 1), "joined", met)


def in_cells(unreadable: pd.DataFrame) -> Iterator[Finding]:
    """One finding for all cells that could not be read."""
    if len(unreadable):
        facts = {"cells": int(unreadable["rows"].sum()), "columns": unreadable["column"].unique()}
        yield Finding(Weight.MATTERS, float(unreadable["share"].max()), "unreadable", facts)


def in_rows(table: str, hits: pd.DataFrame) -> Iterator[Finding]:
    """A finding per check that hit, serious where many rows or much money are concerned."""
    for row in hits.to_dict("records"):
        share = max(row["share"], row.get("revenue_share", 0.0))
        informs = share < ROWS_MATTER or row["check"] in ONLY_INFORM
        weight = Weight.INFORMS if informs else Weight.DISTORTS if share >= ROWS_DISTORT else Weight.MATTERS
        yield Finding(weight, share, "check", {"table": table} | row)


def in_gaps(table: str, structure: pd.DataFrame) -> Iterator[Finding]:
    """A finding per column with gaps worth a word: a rule is information, a pattern shifts results."""
    for row in structure.drop_duplicates("column").to_dict("records"):
        share, facts = row["missing_share"], {"table": table} | row
        if row["how"] in missing.PATTERNS:
            yield Finding(Weight.DISTORTS if share >= GAPS_DISTORT else Weight.MATTERS, share, "gaps", facts)
        elif row["how"] in missing.RULES or share >= GAPS_TOLD:
            yield Finding(Weight.INFORMS, share, "gaps", facts)


def in_numbers(spread: pd.DataFrame) -> Iterator[Finding]:
    """A finding per column with values far out: those that stand apart are usually errors, the others a long tail."""
    for row in distributions.outliers(spread).to_dict("records"):
        if row["apart"]:
            yield Finding(Weight.MATTERS, row["apart"] / row["rows"], "apart", row)
        else:
            yield Finding(Weight.INFORMS, row["beyond"] / row["rows"], "long_tail", row)


def in_pairs(pairs: pd.DataFrame) -> Iterator[Finding]:
    """One finding for constants, one for copies, one for columns that rise and fall together."""
    for how, found in pairs.groupby("how", sort=False):
        weight = Weight.INFORMS if how == "constant" else Weight.MATTERS
        yield Finding(weight, 1.0, how, {"pairs": found.to_dict("records")})


def in_time(trading: Trading) -> Iterator[Finding]:
    """Cut months, long pauses, and less than a year of data."""
    covered, cut, long = trading.coverage["days_covered"], ~trading.months["whole"], pauses(trading.days)
    if cut.any():
        months = list(trading.months.loc[cut, "month"])
        yield Finding(Weight.MATTERS, float(cut.mean()), "cut_months", {"months": months})
    if len(long):
        longest = long.iloc[0].to_dict() | {"pauses": len(long)}
        yield Finding(Weight.DISTORTS, longest["days"] / covered, "pause", longest)
    if covered < DAYS_OF_A_YEAR:
        yield Finding(Weight.MATTERS, 1.0, "short", {"days": covered})


@dataclass(frozen=True)
class FirstLook:
    """What was found, table by table where there is one of each; `sources` is what `collect` wrote about the tables."""

    params: EdaParams
    sources: dict[str, Source]
    rows: dict[str, int]
    overviews: dict[str, pd.DataFrame]
    unreadable: pd.DataFrame
    hits: dict[str, pd.DataFrame]
    gaps: dict[str, pd.DataFrame]
    spread: pd.DataFrame
    bars: pd.DataFrame
    categories: pd.DataFrame
    correlations: pd.DataFrame
    same_story: pd.DataFrame
    trading: Trading | None

    @property
    def findings(self) -> list[Finding]:
        """All that was noticed, in the order of the chapter."""
        return [
            *(finding for table, source in self.sources.items() for finding in in_source(table, source)),
            *(finding for table, source in self.sources.items() for finding in in_joins(table, source)),
            *in_cells(self.unreadable),
            *(finding for table, hits in self.hits.items() for finding in in_rows(table, hits)),
            *(finding for table, gaps in self.gaps.items() for finding in in_gaps(table, gaps)),
            *in_numbers(self.spread),
            *in_pairs(self.same_story),
            *(in_time(self.trading) if self.trading else ()),
        ]

    @property
    def metrics(self) -> dict[str, Any]:
        """Small facts for comparing runs: of each table, of the time covered, and findings of each weight."""
        facts: dict[str, Any] = {}
        for name, described in self.overviews.items():
            gappy, hits = described[described["filled_share"] < 1], self.hits[name]
            facts[name] = {
                "rows": self.rows[name],
                "columns": len(described),
                "missing_share": dict(zip(gappy["column"], 1 - gappy["filled_share"], strict=True)),
                "need_a_decision": dict(zip(hits["check"], hits["rows"], strict=True)),
            }
        covered = {"time": self.trading.coverage} if self.trading else {}
        return facts | covered | {"findings": counts(self.findings)}


def look(tables: dict[str, ir.Table], params: EdaParams, sources: dict[str, Source] | None = None) -> FirstLook:
    """Look at `customers`, `transactions` or both; `sources` knows also the rows that could not be split into cells."""
    customers, lines, sources = tables.get("customers"), tables.get("transactions"), sources or {}
    counted = {name: int(table.count().to_pyarrow().as_py()) for name, table in tables.items() if name not in sources}
    overviews = {name: columns.describe_columns(table) for name, table in tables.items()}
    samples = {name: columns.thinned(table) for name, table in tables.items()}
    hits = {} if customers is None else {"customers": checks.customer_checks(customers, lines)}
    hits |= {} if lines is None else {"transactions": checks.line_checks(lines, customers)}
    above = params.missing_structure_above
    numbers = distributions.numbers_of(customers, lines)
    spread = distributions.spread(numbers, params.outlier_fence)
    compared = samples.get("customers", samples.get("transactions"))
    return FirstLook(
        params=params,
        sources=sources,
        rows=counted | {name: source["rows"] for name, source in sources.items()},
        overviews=overviews,
        unreadable=columns.unreadable_cells(tables),
        hits=hits,
        gaps={name: missing.gap_structure(sample, overviews[name], above) for name, sample in samples.items()},
        spread=spread,
        bars=distributions.histogram(numbers, spread),
        categories=columns.category_shares(overviews, params.top_categories),
        correlations=columns.rank_correlations(columns.measured(compared)),
        same_story=columns.same_story(compared, params.correlated_above),
        trading=None if lines is None else trading_of(lines, params.top_categories),
    )
