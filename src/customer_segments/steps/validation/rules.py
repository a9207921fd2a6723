"""Can people follow the segments? A shallow tree in words, and why an accurate classifier proves nothing."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from customer_segments.base import registry, words
from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering.segmentation import model_inputs
from customer_segments.steps.validation.columns import questions
from customer_segments.steps.validation.existence import labels_of
from customer_segments.steps.validation.references import References

DEEPEST = 4
MOST_ROWS = 5000
FOLDS = 3
MORE_LEAVES = 3  # than segments


def rules(
    customers: pd.DataFrame, features: pd.DataFrame, segments: pd.Series, currency: str
) -> tuple[pd.DataFrame, float]:
    """For each segment the rule that covers most of it (segment, rule, right, covers), and the tree's fidelity.

    The tree sees the columns that make the segments in their natural units, gaps filled with the median; fidelity is
    the share of customers, unseen when it grew, whom it puts into their segment.
    """
    inputs = in_natural_units(customers, features)
    tree = DecisionTreeClassifier(
        max_depth=DEEPEST, max_leaf_nodes=segments.nunique() + MORE_LEAVES, min_samples_leaf=5, random_state=0
    )
    rows = _thinned(len(inputs))
    unseen = cross_val_predict(tree, inputs.iloc[rows], segments.iloc[rows], cv=_folds(segments.iloc[rows]))
    fidelity = float(accuracy_score(segments.iloc[rows], unseen))
    tree.fit(inputs, segments)
    leaf = pd.Series(tree.apply(inputs), index=segments.index)
    table = pd.crosstab(leaf, segments)
    found = []
    for segment in sorted(segments.unique()):
        inside = table.index[table.idxmax(axis=1) == segment]
        best = table.loc[inside, segment].idxmax() if len(inside) else None
        if best is None:
            found.append((segment, "no rule of this length finds it", float("nan"), 0.0))
            continue
        right = table.loc[best, segment] / table.loc[best].sum()
        rule = path_in_words(tree, list(inputs.columns), best, currency)
        found.append((segment, rule, right, table.loc[best, segment] / table[segment].sum()))
    return pd.DataFrame(found, columns=["segment", "rule", "right", "covers"]), round(fidelity, 6)


def in_natural_units(customers: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    """The columns behind the features as a reader knows them: numbers without gaps, answers as 0 and 1."""
    columns = {}
    for question, names in questions(model_inputs(features).columns).items():
        if names != [question]:
            columns |= {name: (features[name] > features[name].mean()).astype(float) for name in names}
        elif question in customers and pd.api.types.is_numeric_dtype(customers[question]):
            values = customers[question].astype("float64")
            columns[question] = values.fillna(values.median())
        else:
            columns[question] = features[question]
    return pd.DataFrame(columns)


def path_in_words(tree: DecisionTreeClassifier, names: list[str], leaf: int, currency: str) -> str:
    """The conditions from the root to a leaf, the narrowest for each column."""
    grown, limits = tree.tree_, {}
    node = leaf
    while node != 0:
        parent = int(np.flatnonzero((grown.children_left == node) | (grown.children_right == node))[0])
        side = "high" if grown.children_left[parent] == node else "low"
        own = limits.setdefault(names[grown.feature[parent]], {})
        own.setdefault(side, float(grown.threshold[parent]))  # the first met is the deepest, so the narrowest
        node = parent
    return words.listed(_condition(name, currency, **limits[name]) for name in reversed(limits))


def _condition(name: str, currency: str, low: float | None = None, high: float | None = None) -> str:
    """What a column must be: above `low`, up to `high`, or between; a count is told in whole numbers."""
    question, answer = registry.split(name)
    if answer is not None:
        return f"{registry.inline(question)} {'is not' if low is None else 'is'} {answer}"
    label, counted = registry.inline(name), registry.facts(name).unit == "count"
    least = None if low is None else registry.in_unit(name, math.floor(low) + 1 if counted else low, currency)
    most = None if high is None else registry.in_unit(name, math.floor(high) if counted else high, currency)
    if least and most:
        return f"{label} {least}" if least == most else f"{label} between {least} and {most}"
    if least:
        return f"{label} {least} or more" if counted else f"{label} above {least}"
    return f"{label} up to {most}"


def audit(
    features: pd.DataFrame, segments: pd.Series, k: int, clustering: ClusteringParams, seed: int
) -> tuple[float, float]:
    """How often a logistic regression guesses the segment right: here, and on customers without any groups."""
    inputs = model_inputs(features)
    rows = _thinned(len(inputs))
    nothing = References.of(inputs.iloc[rows]).draw("smooth", np.random.default_rng(seed))
    cut = pd.Series(labels_of(nothing, k, clustering, seed))
    return _guessed(inputs.iloc[rows], segments.iloc[rows]), _guessed(nothing, cut)


def _guessed(inputs: pd.DataFrame, labels: pd.Series) -> float:
    if labels.nunique() < 2:
        return 1.0
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
    return round(float(accuracy_score(labels, cross_val_predict(model, inputs, labels, cv=_folds(labels)))), 4)


def _folds(labels: pd.Series) -> int:
    return max(2, min(FOLDS, int(labels.value_counts().min())))


def _thinned(count: int) -> np.ndarray:
    """Evenly spread rows, at most so many that a tree or a regression takes seconds."""
    return np.unique(np.linspace(0, count - 1, min(count, MOST_ROWS)).astype(int))


def rules_for_reader(table: pd.DataFrame) -> pd.DataFrame:
    """The rules, written."""
    return pd.DataFrame(
        {
            "Segment": [words.segment(segment) for segment in table["segment"]],
            "Rule": table["rule"].str[:1].str.upper() + table["rule"].str[1:],
            "Right for": table["right"].map(words.percent),
            "Finds": table["covers"].map(words.percent),
        }
    )


def rules_caption(fidelity: float) -> str:
    """How faithful the rules are."""
    enough = "can be followed by hand" if fidelity >= 0.8 else "are a rough guide only"
    return (
        f"Together these rules put {words.percent(fidelity)} of customers into the segment the model gives them, so "
        f"they {enough}. “Right for” is the share of those meeting the rule who belong to the segment, “finds” the "
        "share of the segment that meets it; segments may have further, smaller rules."
    )


def audit_sentence(ours: float, nothing: float) -> str:
    """Why an accurate classifier is no evidence."""
    return (
        f"A logistic regression guesses the segment of {words.percent(ours, 1)} of the customers. On simulated "
        f"customers without any groups, cut in the same way, it guesses {words.percent(nothing, 1)}: a classifier only "
        "finds again the borders that were drawn, whether or not anything lies behind them."
    )
