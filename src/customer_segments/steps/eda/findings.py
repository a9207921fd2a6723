"""What a reader must know, in numbers: how much depends on it, what it is about, and what its sentence is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Any, NamedTuple

import pandas as pd

from customer_segments.steps.eda.distributions import outliers
from customer_segments.steps.eda.missing import PATTERNS, RULES
from customer_segments.steps.eda.trading import Trading, pauses

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
    if broken := source["broken"]:
        share = broken / source["rows"]
        weight = Weight.MATTERS if share >= BROKEN_MATTER else Weight.INFORMS
        yield Finding(weight, share, "broken", {"table": table, "rows": broken})


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
        if row["how"] in PATTERNS:
            yield Finding(Weight.DISTORTS if share >= GAPS_DISTORT else Weight.MATTERS, share, "gaps", facts)
        elif row["how"] in RULES or share >= GAPS_TOLD:
            yield Finding(Weight.INFORMS, share, "gaps", facts)


def in_numbers(spread: pd.DataFrame) -> Iterator[Finding]:
    """A finding per column with values far out: those that stand apart are usually errors, the others a long tail."""
    for row in outliers(spread).to_dict("records"):
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
