"""Gaps: how many cells are missing, and is a cell missing because of something?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from customer_segments import words
from customer_segments.contract import ROW, UNREADABLE
from customer_segments.findings import Finding, Weight

COLUMNS = ["column", "missing", "missing_share", "other", "how", "association", "level", "share_there", "share_elsewhere", "exceptions"]
GAPS_EXPECTED = 5  # in every level that is compared; the test of chance needs as many
MOST_BINS = 10  # of a number or a date
MOST_LEVELS = 30  # of a category; with more, a column names things and does not group them
MOST_REASONS = 2  # told per column, the strongest first
RULE_EXCEPTIONS = 0.05  # of the rarer of filled and missing: a rule may be broken this often and still be one
CHANCE = 0.01  # that any association at all is reported where there is none
MUCH_MISSING = 0.05  # from here on, gaps that follow a pattern shift results


class _Reason(NamedTuple):
    """What a column's gaps go with."""

    column: str
    other: str
    how: str  # rule: filled exactly when; more_often: missing more often where; together: missing in the same rows
    association: float
    level: str
    share_there: float
    share_elsewhere: float
    exceptions: int = 0
    chance: float = 0.0


def gap_structure(table: pd.DataFrame, above: float) -> pd.DataFrame:
    """One row per column with gaps and per reason found for them; `other` is empty where none was found.

    A reason is another column whose values go with the gaps by more than `above` (Cramér's V without its bias, 0 to 1)
    and more than chance explains, or exactly (`how` = rule).
    """
    table = table.drop(columns=[ROW, UNREADABLE], errors="ignore")
    is_missing = table.isna()
    gappy = [column for column in table if 0 < is_missing[column].sum() < len(table)]
    rules = {column: rule for column in gappy if (rule := _rule(table, column)) is not None}
    open_questions = [column for column in gappy if column not in rules]
    tested = [reason for column in open_questions for reason in _associations(table, column)]
    tested += [reason for pair in combinations(open_questions, 2) for reason in _together(is_missing, *pair)]
    found = [reason for reason in tested if reason.association > above and reason.chance * len(tested) < CHANCE]
    found.sort(key=lambda reason: (-round(reason.association, 9), reason.other))
    rows = []
    for column in gappy:
        reasons = [rules[column]] if column in rules else [one for one in found if one.column == column][:MOST_REASONS]
        counted = {"column": column, "missing": int(is_missing[column].sum()), "missing_share": is_missing[column].mean()}
        rows += [counted | reason._asdict() for reason in reasons] or [counted]
    return pd.DataFrame(rows).reindex(columns=COLUMNS).astype({"other": object, "how": object, "level": object})


def cramers_v(levels: pd.Series, indicator: pd.Series) -> tuple[float, float]:
    """Strength of association (0 to 1, bias-corrected) of levels with a yes-or-no, and how likely chance explains it."""
    observed = pd.crosstab(levels, indicator).to_numpy(dtype=float)
    rows, columns = observed.shape
    n = observed.sum()
    if min(rows, columns) < 2:
        return 0.0, 1.0
    expected = observed.sum(axis=1, keepdims=True) * observed.sum(axis=0, keepdims=True) / n
    chi_squared = ((observed - expected) ** 2 / expected).sum()
    freedom = (rows - 1) * (columns - 1)
    phi_squared = max(0.0, chi_squared / n - freedom / (n - 1))
    corrected_rows, corrected_columns = rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)
    v = np.sqrt(phi_squared / max(min(corrected_rows, corrected_columns) - 1, 1e-12))
    return float(min(v, 1.0)), float(chdtrc(freedom, chi_squared))


def gaps_for_readers(structure: pd.DataFrame) -> pd.DataFrame:
    """The gaps in a reader's words, one row per column."""
    told = structure.assign(reason=[_reason(row) for row in structure.to_dict("records")])
    one_each = told.groupby("column", sort=False).agg(
        missing=("missing", "first"), share=("missing_share", "first"), reason=("reason", "; ".join)
    )
    return pd.DataFrame(
        {
            "Column": [words.label(column) for column in one_each.index],
            "Missing": one_each["missing"].map("{:,}".format).to_numpy(),
            "Share": one_each["share"].map(words.percent).to_numpy(),
            "Because of something?": one_each["reason"].to_numpy(),
        }
    )


def gaps_caption(table_name: str, structure: pd.DataFrame) -> str:
    """How many columns have gaps, and how many of these follow a pattern."""
    if structure.empty:
        return f"{table_name.capitalize()}: no cell is missing."
    first = structure.drop_duplicates("column")
    rules, patterns = int((first["how"] == "rule").sum()), int(first["how"].isin(["more_often", "together"]).sum())
    parts = [f"{words.counted(len(first), 'column')} with gaps"]
    parts += [f"{rules} explained by a rule"] if rules else []
    parts += [f"{patterns} following a pattern"] if patterns else []
    none = len(first) - rules - patterns
    parts += [f"{none} without any pattern we could find"] if none else []
    return f"{table_name.capitalize()}: {parts[0]}{', of which ' if parts[1:] else ''}{words.listed(parts[1:])}."


def gap_findings(structure: pd.DataFrame) -> list[Finding]:
    """A finding per column with gaps: a rule is information, a pattern shifts results."""
    return [_finding(row) for row in structure.drop_duplicates("column").to_dict("records")]


def _finding(row: dict[str, object]) -> Finding:
    label, share = words.label(str(row["column"])), float(row["missing_share"])
    if row["how"] == "rule":
        sentence = f"{label} is {words.escaped(_reason(row))}; an empty cell is an answer there, not a defect."
        return Finding(Weight.INFORMS, share, sentence)
    gap = f"{label} is missing in {words.percent(share)} of rows"
    if isinstance(row["how"], str):
        weight = Weight.DISTORTS if share >= MUCH_MISSING else Weight.MATTERS
        return Finding(weight, share, f"{gap}, and not by chance: {words.escaped(_reason(row))}. One value for all gaps would shift them.")
    return Finding(Weight.INFORMS, share, f"{gap}, without any pattern that we could find.")


def _reason(row: dict[str, object]) -> str:
    """What the gaps go with, in words."""
    if not isinstance(row["how"], str):
        return "no pattern found"
    other = words.label(str(row["other"]))
    if row["how"] == "rule":
        kept = int(row["exceptions"])
        exactly = "exactly when" if kept == 0 else f"(with {words.counted(kept, 'exception')}) when"
        return f"filled {exactly} {other} is {row['level']}"
    there, elsewhere = words.percent(float(row["share_there"])), words.percent(float(row["share_elsewhere"]))
    if row["how"] == "together":
        return f"{there} where {other} is missing too, {elsewhere} elsewhere"
    return f"{there} missing where {other} is {row['level']}, {elsewhere} elsewhere"


def _rule(table: pd.DataFrame, column: str) -> _Reason | None:
    """The column whose value decides whether this one is filled, if there is one."""
    missing = table[column].isna()
    rarer = min(missing.sum(), (~missing).sum())
    candidates = []
    for other in table.columns.drop(column):
        levels = _named_levels(table[other])
        if levels is None or levels.nunique() < 2 or levels.isna().mean() > RULE_EXCEPTIONS:
            continue
        counted = pd.crosstab(levels, missing).reindex(columns=[False, True], fill_value=0)
        exceptions = int(counted.min(axis=1).sum()) + int((levels.isna() & missing).sum())
        filled = counted.index[counted[False] > counted[True]]
        if exceptions <= RULE_EXCEPTIONS * rarer and 0 < len(filled) < len(counted):
            candidates.append((exceptions, other, words.listed(filled, "or")))
    if not candidates:
        return None
    exceptions, other, level = min(candidates)
    return _Reason(column, other, "rule", 1.0, level, 0.0, 1.0, exceptions)


def _associations(table: pd.DataFrame, column: str) -> Iterator[_Reason]:
    """How strongly the column's gaps go with each other column, where that is filled."""
    missing = table[column].isna()
    smallest = GAPS_EXPECTED / missing.mean()
    for other in table.columns.drop(column):
        levels = _levels(table[other], smallest).dropna()
        if levels.nunique() < 2:
            continue
        indicator = missing[levels.index]
        association, chance = cramers_v(levels, indicator)
        by_level = indicator.groupby(levels, observed=True).mean()
        level = by_level.idxmax()
        elsewhere = indicator[levels != level].mean()
        yield _Reason(column, other, "more_often", association, str(level), by_level[level], elsewhere, chance=chance)


def _together(is_missing: pd.DataFrame, first: str, second: str) -> Iterator[_Reason]:
    """Whether two columns are missing in the same rows, told from both sides."""
    a, b = is_missing[first], is_missing[second]
    if (a & b).sum() < GAPS_EXPECTED or a[b].mean() < a[~b].mean():
        return
    association, chance = cramers_v(a, b)
    yield _Reason(first, second, "together", association, "", a[b].mean(), a[~b].mean(), chance=chance)
    yield _Reason(second, first, "together", association, "", b[a].mean(), b[~a].mean(), chance=chance)


def _levels(values: pd.Series, smallest: float) -> pd.Series:
    """The values as groups of at least `smallest` rows: categories as they are, numbers and dates in bins."""
    named = _named_levels(values)
    if named is None:
        return _bins(values, smallest)
    sizes = named.value_counts()
    return named.where(named.map(sizes) >= smallest)


def _named_levels(values: pd.Series) -> pd.Series | None:
    """A column of categories as text; None if it holds numbers, dates or too many different things."""
    filled = values.dropna()
    if filled.nunique() > MOST_LEVELS:
        return None
    if len(filled) and isinstance(filled.iloc[0], bool | np.bool_):
        return values.map({True: "yes", False: "no"}).astype(object)
    if pd.api.types.is_numeric_dtype(values) or _as_numbers(values) is not None:
        return None
    return values.astype(object)


def _bins(values: pd.Series, smallest: float) -> pd.Series:
    """Numbers or dates in bins of about equal size; text with too many values gives none."""
    numbers = _as_numbers(values)
    if numbers is None:
        return pd.Series(np.nan, index=values.index, dtype=object)
    bins = int(min(MOST_BINS, numbers.notna().sum() // smallest))
    if bins < 2:
        return pd.Series(np.nan, index=values.index, dtype=object)
    position = pd.qcut(numbers, bins, labels=False, duplicates="drop")
    ends = values.groupby(position).agg(["min", "max"])
    names = {where: f"{_end(row['min'])} to {_end(row['max'])}" for where, row in ends.iterrows()}
    return position.map(names).astype(object)


def _as_numbers(values: pd.Series) -> pd.Series | None:
    """Numbers as they are, dates as days; None for anything else."""
    if pd.api.types.is_numeric_dtype(values):
        return values.astype(float)
    try:
        times = pd.to_datetime(values, errors="raise", format="ISO8601") if values.notna().any() else None
    except (ValueError, TypeError):
        return None
    return None if times is None else (times - pd.Timestamp(0)).dt.total_seconds() / 86_400


def _end(value: object) -> str:
    return f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else words.number(float(value))
