"""Checks of what went into a segmentation: which customers, which columns, how many segments."""

from __future__ import annotations

import numpy as np
import pandas as pd

from customer_segments.base import registry, words
from customer_segments.replication.evidence import ID, SEGMENT, Evidence
from customer_segments.replication.found import Found
from customer_segments.replication.ours import Ours
from customer_segments.steps.clustering.scores import knee
from customer_segments.steps.validation.columns import single_columns
from customer_segments.steps.validation.existence import SIGNIFICANT, p_written

SHUFFLED = "shuffled"
NEXT_TO_NONE = 0.1  # a correlation below this
ROUNDED = 1e-6  # of the largest direction: what is smaller stems from rounding the features
SAME = 1 - 1e-9  # a correlation from which two columns are one


def dropped_rows(evidence: Evidence, ours: Ours) -> Found:
    """Who went with the rows that have an empty cell."""
    everyone = evidence.listed
    kept = everyone[ID].isin(evidence.customers[ID])
    sentence = f"That takes {int((~kept).sum()):,} of {words.counted(len(everyone), 'customer')} out of the study"
    for name in everyone.columns.drop(ID):
        values = everyone[name].astype("object")
        gone = set(values[~kept].dropna())
        if len(gone) == 1 and values[~kept].notna().all() and not gone & set(values[kept].dropna()):
            [value] = gone
            written = {True: "yes", False: "no"}.get(value, value)
            those = f"“{words.escaped(registry.label(name))}” is “{words.escaped(written)}”"
            return Found(f"{sentence}: all of those whose {those}, and nobody else.")
    return Found(f"{sentence}.")


def copies(evidence: Evidence, ours: Ours) -> Found:
    """Which columns are one column on several scales, and how many independent ones there are."""
    inputs = evidence.features[evidence.used]
    varying = inputs.loc[:, inputs.std() > 0]
    correlations = varying.corr().abs()
    largest = max(((correlations[name] >= SAME) for name in varying), key=lambda same: int(same.sum()))
    twins = list(correlations.index[largest])
    sizes = np.linalg.svd(inputs - inputs.mean(), compute_uv=False)
    rank, constant = int((sizes > ROUNDED * sizes[0]).sum()), len(inputs.columns) - len(varying.columns)
    segments = evidence.customers[SEGMENT]
    alone = single_columns(evidence.features, segments, evidence.seed).set_index("column").loc[twins[0], "agreement"]
    table = pd.DataFrame(
        {
            "Columns": [
                "In the model", f"Exact copies of {_quoted(twins[0])}, itself among them", "The same for everybody",
                "Independent of one another (rank of the matrix)",
            ],
            "Number": [len(inputs.columns), len(twins), constant, rank],
        }
    )  # fmt: skip
    sentence = (
        f"{len(twins)} of the {len(inputs.columns)} columns are one and the same on other scales, and {constant} never "
        f"change: {rank} are independent. {registry.label(twins[0])} alone reproduces the segments with an adjusted "
        f"Rand index of {words.number(alone, 2)}."
    )
    return Found(sentence, table, f"The copies are {words.listed(_quoted(name) for name in twins)}.")


def alphabetical_dates(evidence: Evidence, ours: Ours, written: str) -> Found:
    """How much is left of dates, `written` like %d/%m/%Y, when they are numbered by the alphabet."""
    texts = evidence.customers[evidence.used].select_dtypes(exclude=["number", "bool"])
    times = texts.apply(pd.to_datetime, format=written, errors="coerce").dropna(axis="columns")
    found = {name: days.corr(evidence.column(name), method="spearman") for name, days in times.items()}
    mean = float(np.mean(list(found.values())))
    much = ", next to none" if abs(mean) < NEXT_TO_NONE else ""
    table = pd.DataFrame({"Date": map(registry.label, found), "Rank correlation": map(_signed, found.values())})
    return Found(
        "The order of the alphabet and the order of time have a rank correlation of "
        f"{_signed(mean)} on average over {words.counted(len(found), 'column')} of dates{much}.",
        table,
        "Each date's place in the alphabet against its place in time.",
    )


def number_of_segments(evidence: Evidence, ours: Ours) -> Found:
    """Which number the silhouette prefers, and where the inertia bends."""
    scores, k = evidence.scores[evidence.scores["k"] > 1].set_index("k"), evidence.k
    best = int(scores["silhouette"].idxmax())
    silhouettes = f"{best} segments ({scores.loc[best, 'silhouette']:.3f}"
    silhouettes += ")" if best == k else f"; with {k} it is {scores.loc[k, 'silhouette']:.3f})"
    bend = knee(scores.index.to_numpy(), scores["inertia"].to_numpy())
    bends = "has no bend to speak of" if bend is None else f"bends most at {bend}"
    falls = (1 - scores["inertia"] / scores["inertia"].shift()).loc[k : k + 2].dropna()
    told = words.listed(f"{words.percent(fall)} with {each}" for each, fall in falls.items())
    return Found(f"The silhouette is highest with {silhouettes}. The inertia {bends}; it falls by {told}.")


def structure(evidence: Evidence, ours: Ours) -> Found:
    """Whether as many segments of everybody, made of the columns that we would take, are clearer than chance."""
    there, back = ours.prepared_like(evidence).as_clear_as_chance(evidence.k)
    shuffled = there.references.loc[there.references["kind"] == SHUFFLED, "silhouette"]
    p = there.p_value(SHUFFLED)
    clearer = "is no clearer than" if p > SIGNIFICANT else "is clearer than"
    return Found(
        f"With all {words.counted(len(ours.customers), 'customer')} and the {len(ours.inputs.columns)} columns of our "
        f"own study, a cut into {evidence.k} {clearer} one of shuffled columns (silhouette "
        f"{there.fit.silhouette:.3f}, theirs {shuffled.mean():.3f} on average, p = {p_written(p)}). Among resampled "
        f"customers it is found again with an adjusted Rand index of {words.number(back.as_a_whole, 2)}, where 1 is "
        "the same and 0 is chance."
    )


def adds_up(evidence: Evidence, ours: Ours, group: str) -> Found:
    """What the printed counts of a group add up to, and how many customers there are."""
    counts = next(each for each in evidence.published.groups if each.title == group)
    printed = [leaf if isinstance(leaf, str) else leaf.printed for _, leaf in counts.leaves()]
    total, customers = sum(map(int, printed)), len(evidence.customers)
    return Found(f"{' + '.join(printed)} makes {total:,}, and {words.counted(customers, 'customer')} were segmented.")


def _quoted(name: str) -> str:
    """A column's name in a table or a caption, which are escaped as a whole."""
    return f"“{registry.label(name)}”"


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
