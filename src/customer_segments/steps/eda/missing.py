"""Gaps: how many cells are missing, and is a cell missing because of something?"""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from customer_segments.base.contract import ROW, UNREADABLE
from customer_segments.steps.association import cramers_v
from customer_segments.steps.eda.columns import as_numbers, is_flag

FEWEST_GAPS = 10  # for a pattern to be seen at all
GAPS_EXPECTED = 5  # in every level that is compared; the test of chance needs as many
MOST_BINS = 10  # of a number or a date
MOST_LEVELS = 30  # of a category; with more, a column names things and does not group them
MOST_REASONS = 2  # told per column, the strongest first
RULE_EXCEPTIONS = 0.05  # of the rarer of filled and missing: a rule may be broken this often and still be one
CHANCE = 0.01  # that any association at all is reported where there is none
RULES, PATTERNS = ("filled_when", "missing_when"), ("more_often", "together")


class _Reason(NamedTuple):
    """What a column's gaps go with."""

    column: str
    other: str
    how: str  # filled_when, missing_when (rules); more_often where; together: missing in the same rows
    association: float
    level: object  # a category; the first and last value of a bin; all categories that decide
    share_there: float
    share_elsewhere: float
    exceptions: int = 0
    chance: float = 0.0


COLUMNS = ["column", "missing_share", *_Reason._fields[1:-1]]


def gap_structure(table: pd.DataFrame, described: pd.DataFrame, above: float) -> pd.DataFrame:
    """One row per column with gaps and per reason found for them.

    `described` (column, filled_share) says which columns have gaps; `table` may be a part of the rows. A reason is
    another column whose values go with the gaps by more than `above` (Cramér's V without its bias, 0 to 1) and more
    than chance explains, or a rule that decides.
    """
    gappy = described[described["filled_share"].between(0, 1, inclusive="neither")]
    is_missing = table[list(gappy["column"])].isna()
    told = [name for name in is_missing if min(is_missing[name].sum(), (~is_missing[name]).sum()) >= FEWEST_GAPS]
    others = table.drop(columns=[ROW, UNREADABLE], errors="ignore")
    categories = {name: found for name, values in others.items() if (found := _categories(values)) is not None}
    rules = {name: rule for name in told if (rule := _rule(is_missing[name], categories)) is not None}
    open_questions = [name for name in told if name not in rules]
    tested = [reason for name in open_questions for reason in _associations(is_missing[name], others, categories)]
    tested += [reason for pair in combinations(open_questions, 2) for reason in _together(is_missing, *pair)]
    found = [reason for reason in tested if reason.association > above and reason.chance * len(tested) < CHANCE]
    found.sort(key=lambda reason: (-round(reason.association, 9), reason.other))
    rows = []
    for name, filled in zip(gappy["column"], gappy["filled_share"], strict=True):
        reasons = [rules[name]] if name in rules else [one for one in found if one.column == name][:MOST_REASONS]
        gap = {"column": name, "missing_share": 1 - filled}
        no_reason = {"how": "chance" if name in told else "too_few"}
        rows += [gap | reason._asdict() for reason in reasons] or [gap | no_reason]
    return pd.DataFrame(rows).reindex(columns=COLUMNS).astype({"other": object, "how": object, "level": object})


def _rule(missing: pd.Series, categories: dict[str, pd.Series]) -> _Reason | None:
    """The column whose value decides whether this one is filled, if there is one."""
    rarer = min(missing.sum(), (~missing).sum())
    candidates = []
    for name, levels in categories.items():
        if name == missing.name or levels.isna().mean() > RULE_EXCEPTIONS:
            continue
        counts, names = _counts(levels, missing)
        exceptions = int(counts.min(axis=1).sum() + (levels.isna() & missing).sum())
        filled = counts[:, 0] > counts[:, 1]
        if exceptions <= RULE_EXCEPTIONS * rarer and 0 < filled.sum() < len(filled):
            how = "filled_when" if filled.sum() <= (~filled).sum() else "missing_when"
            deciding = tuple(sorted(names[filled if how == "filled_when" else ~filled]))
            candidates.append(_Reason(missing.name, name, how, 1.0, deciding, np.nan, np.nan, exceptions))
    return min(candidates, key=lambda rule: (rule.exceptions, rule.other), default=None)


def _associations(missing: pd.Series, others: pd.DataFrame, categories: dict[str, pd.Series]) -> Iterator[_Reason]:
    """How strongly the column's gaps go with each other column, where that is filled."""
    smallest = GAPS_EXPECTED / min(missing.mean(), 1 - missing.mean())
    for name, values in others.drop(columns=missing.name).items():
        levels = _large(categories[name], smallest) if name in categories else _bins(values, smallest)
        if levels is None:
            continue
        counts, names = _counts(levels, missing)
        association, chance = cramers_v(counts)
        shares = counts[:, 1] / counts.sum(axis=1)
        most = int(np.argmax(np.round(shares, 9)))
        rest = np.delete(counts, most, axis=0).sum(axis=0)
        told = (association, names[most], shares[most], rest[1] / rest.sum())
        yield _Reason(missing.name, name, "more_often", *told, chance=chance)


def _together(is_missing: pd.DataFrame, first: str, second: str) -> Iterator[_Reason]:
    """Whether two columns are missing in the same rows, told from both sides."""
    a, b = is_missing[first], is_missing[second]
    if (a & b).sum() < GAPS_EXPECTED or a[b].mean() < a[~b].mean():
        return
    association, chance = cramers_v(_counts(a.map({True: "missing", False: "filled"}), b)[0])
    yield _Reason(first, second, "together", association, "", a[b].mean(), a[~b].mean(), chance=chance)
    yield _Reason(second, first, "together", association, "", b[a].mean(), b[~a].mean(), chance=chance)


def _counts(levels: pd.Series, missing: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Filled and missing cells (columns) per level (rows), and the levels' names; rows without a level left out."""
    codes, names = pd.factorize(levels)
    known = codes >= 0
    cells = 2 * codes[known] + missing.to_numpy()[known]
    return np.bincount(cells, minlength=2 * len(names)).reshape(-1, 2), np.asarray(names, dtype=object)


def _categories(values: pd.Series) -> pd.Series | None:
    """Yes and no, or texts of which there are few; None for anything else."""
    if is_flag(values):
        return values.map({True: "yes", False: "no"})
    return values if as_numbers(values) is None and 2 <= values.nunique() <= MOST_LEVELS else None


def _large(categories: pd.Series, smallest: float) -> pd.Series | None:
    """The categories of `smallest` rows or more, or None where there are not two."""
    sizes = categories.value_counts()
    large = sizes.index[sizes >= smallest]
    return categories.where(categories.isin(large)) if len(large) > 1 else None


def _bins(values: pd.Series, smallest: float) -> pd.Series | None:
    """Numbers and dates in bins of about equal size, each known by its first and last value as they are told."""
    numbers = as_numbers(values)
    bins = 0 if numbers is None else int(min(MOST_BINS, numbers.notna().sum() // smallest))
    if bins < 2 or numbers.nunique() < 2:
        return None
    position = pd.qcut(numbers, bins, labels=False, duplicates="drop")
    if position.nunique() < 2:
        return None
    ends = values.groupby(position).agg(["min", "max"])
    return position.map({where: (_as_told(low), _as_told(high)) for where, low, high in ends.itertuples()})


def _as_told(value: object) -> pd.Timestamp | float:
    """A day, or a number as exact as it is written: bins that are told alike are one."""
    if hasattr(value, "strftime"):
        return pd.Timestamp(value).normalize()
    return float(f"{value:.3g}") if abs(value) < 100 else float(np.round(value))
