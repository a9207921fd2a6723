"""The playbook: which named play fits which segment, and no two segments the same play."""

import operator
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np
import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import Level, Play, ProfilingParams
from customer_segments.base.params.profiling import BOUND, RANK
from customer_segments.steps.profiling.distinctiveness import SEGMENT, UNASSIGNED
from customer_segments.steps.profiling.evidence import for_most
from customer_segments.steps.profiling.kinds import KINDS_KNOWN

# A study may lack some of these; a play that asks for one then fits nobody.
COMPARED = (*registry.CUSTOMERS, *registry.FEATURES, *registry.LIFETIMES, *registry.EVIDENCE)
KNOWN = {column.name for column in COMPARED if column.kind != "date"} - {"customer_id"} | KINDS_KNOWN
INCLUDES: dict[Level, tuple[Level, ...]] = {"high": ("high", "very high"), "low": ("low", "very low")}
COMPARISONS = {"at least": operator.ge, "at most": operator.le, "above": operator.gt, "below": operator.lt}
EARLIER_PLAYS_WIN_TIES_BY = 1e-6  # less than any difference in strength that counts


class Fit(NamedTuple):
    """A play that fits a segment, with the conditions that hold: one way of several to earn its name."""

    play: Play
    when: dict[str, str]


def check(playbook: Sequence[Play], columns: Sequence[str]) -> None:
    """Refuse a play whose condition names no column that this project, or this study, knows."""
    known = sorted(KNOWN | {registry.split(column)[0] for column in columns})
    for play, column in [(each, column) for each in playbook for column in asked(each)]:
        if registry.split(column)[0] not in known:
            guess = get_close_matches(column, known, n=1)
            hint = f"did you mean {guess[0]!r}?" if guess else "is it misspelt?"
            raise StudyError(
                f"The play {play.name!r} asks for the column {column!r}, which nobody knows; {hint} "
                f"Known are {words.listed(known)}.",
                setting="profiling.playbook",
            )


def asked(play: Play) -> list[str]:
    """Every column that a play's conditions name."""
    ways = [column for way in play.when for column in way]
    return list(dict.fromkeys([*ways, *play.requires, *play.holds_for]))


def fits(comparison: pd.DataFrame, playbook: Sequence[Play]) -> pd.DataFrame:
    """Every play that fits a segment: segment, play and way (their places in the playbook), conditions, strength.

    All conditions of one of its ways hold, and all that it requires of columns that the study has. A way's strength is
    the mean size of the differences it asks for; of several ways the best counts.
    """
    found, columns = [], set(comparison["column"])
    for segment, own in comparison.groupby(SEGMENT, sort=True):
        values = own.set_index("column")
        for place, play in enumerate(playbook):
            required = {column: bound for column, bound in play.requires.items() if column in columns}
            if not all(_is_within(values, column, bound) for column, bound in required.items()):
                continue
            for number, way in enumerate(play.when):
                if all(_holds(values, column, condition) for column, condition in way.items()):
                    relative = [column for column, condition in way.items() if not BOUND.fullmatch(condition)]
                    strength = values.loc[relative, "difference"].abs().mean() if relative else 0.0
                    found.append((segment, place, number, len(relative), strength))
    table = pd.DataFrame(found, columns=[SEGMENT, "play", "way", "conditions", "strength"])
    order = [SEGMENT, "play", "conditions", "strength"]
    best = table.sort_values(order, ascending=[True, True, False, False], kind="stable")
    return best.drop_duplicates([SEGMENT, "play"], ignore_index=True)


def _holds(values: pd.DataFrame, column: str, condition: str) -> bool:
    """Whether the segment lies where the condition asks, and the value that a reader sees bears it out."""
    if column not in values.index:
        return False
    if BOUND.fullmatch(condition):
        return _is_within(values, column, condition)
    own, apart = values.loc[column], values.at[column, "typical"] - values.at[column, "typical_of_all"]
    if ranked := RANK.fullmatch(condition):
        top, share = ranked[1] == "top", float(ranked[2]) / 100
        borne_out = share >= 0.5 or (apart > 0 if top else apart < 0)  # past the middle both sides are meant
        return bool(borne_out and not own["is_share"] and (own["rank"] >= 1 - share if top else own["rank"] <= share))
    if own["level"] not in INCLUDES.get(condition, (condition,)):
        return False
    return condition == "middling" or (apart * own["difference"] > 0 and for_most(own, own["difference"] > 0))


def _is_within(values: pd.DataFrame, column: str, bound: str) -> bool:
    """Whether both the mean and the median keep the bound; of a share of customers only the mean can."""
    if column not in values.index:
        return False
    own, (comparison, limit) = values.loc[column], BOUND.fullmatch(bound).groups()
    seen = [own["mean"]] if own["is_share"] else [own["mean"], own["median"]]
    return all(COMPARISONS[comparison](value, float(limit)) for value in seen)


def named(comparison: pd.DataFrame, playbook: Sequence[Play]) -> dict[int, Fit]:
    """The play of each segment that has one, no play twice, so that they fit best in total; none for those in none.

    A play with more conditions fits better than one with fewer; of equally many, the stronger one does.
    """
    fitting = fits(comparison[comparison[SEGMENT] != UNASSIGNED], playbook)
    if fitting.empty:
        return {}
    from scipy.optimize import linear_sum_assignment

    strength = fitting["strength"] / (1 + fitting["strength"])
    worth = fitting["conditions"] + strength.round(4) - EARLIER_PLAYS_WIN_TIES_BY * fitting["play"]
    table = fitting.assign(worth=worth).pivot(index=SEGMENT, columns="play", values="worth")
    rows, columns = linear_sum_assignment(table.fillna(0).to_numpy(), maximize=True)
    chosen = zip(table.index[rows], table.columns[columns], table.to_numpy()[rows, columns], strict=True)
    ways = fitting.set_index([SEGMENT, "play"])["way"]
    return {
        int(segment): Fit(playbook[place], playbook[place].when[ways[segment, place]])
        for segment, place, fit in chosen
        if not np.isnan(fit)
    }


def margins(fits: Mapping[int, Fit], compared: pd.DataFrame, params: ProfilingParams) -> pd.DataFrame:
    """How far each level that a name asks for is from failing: segment, column, asked, difference, limit, margin."""
    rows = [
        (segment, column, condition, params.very_high_above if condition.startswith("very") else params.high_above)
        for segment, fit in fits.items()
        for column, condition in fit.when.items()
        if condition.endswith(("high", "low"))
    ]
    table = pd.DataFrame(rows, columns=[SEGMENT, "column", "asked", "limit"])
    table = table.merge(compared[[SEGMENT, "column", "difference"]], on=[SEGMENT, "column"])
    return table.assign(margin=table["difference"].abs() - table["limit"])


def resting_on(fits: Mapping[int, Fit], columns: Sequence[str]) -> dict[int, list[str]]:
    """The segments whose play asks for one of these columns, with those columns."""
    return {
        segment: told
        for segment, fit in fits.items()
        if (told := [column for column in asked(fit.play) if registry.split(column)[0] in columns])
    }
