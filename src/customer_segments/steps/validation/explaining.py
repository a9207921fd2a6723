"""What makes the segments, and can people follow them? Single columns, and a shallow tree."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.metrics import accuracy_score, adjusted_rand_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.tree import DecisionTreeClassifier

from customer_segments.steps.validation.references import questions

MOST_ROWS = 5000
SAME_STORY_FROM = 0.6  # rank correlation
ONE_COLUMN_FROM = 0.8  # adjusted Rand index from which one column alone makes the segments
DEEPEST = 4
FOLDS = 3
MORE_LEAVES = 3  # than segments


class Condition(NamedTuple):
    """What a column must be for a rule to hold: above `low`, up to `high`."""

    column: str
    low: float | None = None
    high: float | None = None


def single_columns(inputs: pd.DataFrame, labels: np.ndarray, seed: int) -> pd.DataFrame:
    """How well each column alone reproduces the segments: adjusted Rand index of a tree on that column, unseen rows."""
    rows = np.sort(np.random.default_rng(seed).permutation(len(inputs))[:MOST_ROWS])
    own = np.asarray(labels)[rows]
    tree = DecisionTreeClassifier(max_leaf_nodes=2 * len(np.unique(own)), random_state=0)
    enough = np.unique(own, return_counts=True)[1].min() >= FOLDS
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed) if enough else FOLDS
    found = [
        (question, adjusted_rand_score(own, cross_val_predict(tree, inputs.iloc[rows][names], own, cv=folds)))
        for question, names in questions(inputs.columns).items()
    ]
    table = pd.DataFrame(found, columns=["column", "agreement"]).round(6)
    return table.sort_values(["agreement", "column"], ascending=[False, True], ignore_index=True)


def stories(inputs: pd.DataFrame) -> pd.DataFrame:
    """Columns that move together, and their share of all distances between customers: column list, weight."""
    named = questions(inputs.columns)
    variance = inputs.var(ddof=0)
    numbers = [name for name, columns in named.items() if columns == [name]]
    groups = dict(zip(numbers, _together(inputs[numbers]), strict=True)) if len(numbers) > 1 else {}
    rows = [
        (name, groups.get(name, f"alone {name}"), float(variance[columns].sum() / variance.sum()))
        for name, columns in named.items()
    ]
    table = pd.DataFrame(rows, columns=["column", "story", "weight"])
    told = table.groupby("story", sort=False).agg(columns=("column", list), weight=("weight", "sum"))
    return told.sort_values("weight", ascending=False, kind="stable").round(6).reset_index(drop=True)


def _together(numbers: pd.DataFrame) -> np.ndarray:
    """A code for each column; those linked by strong rank correlations share one."""
    distance = 1 - numbers.rank().corr().abs().fillna(0).to_numpy()
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance.clip(0), checks=False), "average")
    return fcluster(tree, 1 - SAME_STORY_FROM, "distance")


def rules(customers: pd.DataFrame, inputs: pd.DataFrame, labels: np.ndarray) -> tuple[pd.DataFrame, float]:
    """For each segment the rule that covers most of it (segment, conditions, right, covers), and the tree's fidelity.

    The tree sees the columns in their natural units, gaps filled; its fidelity is the share of customers, unseen when
    it grew, whom it puts into their segment. A segment that no short rule finds has no conditions.
    """
    told, segments = in_natural_units(customers, inputs), pd.Series(labels)
    tree = DecisionTreeClassifier(
        max_depth=DEEPEST, max_leaf_nodes=segments.nunique() + MORE_LEAVES, min_samples_leaf=5, random_state=0
    )
    rows = thinned(len(told))
    unseen = cross_val_predict(tree, told.iloc[rows], segments.iloc[rows], cv=folds(segments.iloc[rows]))
    fidelity = float(accuracy_score(segments.iloc[rows], unseen))
    table = pd.crosstab(tree.fit(told, segments).apply(told), segments.to_numpy())
    found = []
    for segment, sizes in table.items():
        own = sizes[table.idxmax(axis=1) == segment]
        if own.empty:
            found.append((segment, (), float("nan"), 0.0))
            continue
        leaf = own.idxmax()
        right, covers = own[leaf] / table.loc[leaf].sum(), own[leaf] / sizes.sum()
        found.append((segment, path(tree, list(told), leaf), right, covers))
    return pd.DataFrame(found, columns=["segment", "conditions", "right", "covers"]), round(fidelity, 6)


def in_natural_units(customers: pd.DataFrame, inputs: pd.DataFrame) -> pd.DataFrame:
    """The columns behind the model's as a reader knows them: numbers without gaps, answers as 0 and 1."""
    columns = {}
    for question, names in questions(inputs.columns).items():
        if names != [question]:
            columns |= {name: (inputs[name] > inputs[name].mean()).astype(float) for name in names}
        elif question in customers and pd.api.types.is_numeric_dtype(customers[question]):
            values = customers[question].astype("float64")
            columns[question] = values.fillna(values.median())
        else:
            columns[question] = inputs[question]
    return pd.DataFrame(columns)


def path(tree: DecisionTreeClassifier, names: list[str], leaf: int) -> tuple[Condition, ...]:
    """The conditions from the root to a leaf, the narrowest for each column."""
    grown, limits, node = tree.tree_, {}, leaf
    while node != 0:
        parent = int(np.flatnonzero((grown.children_left == node) | (grown.children_right == node))[0])
        side = "high" if grown.children_left[parent] == node else "low"
        own = limits.setdefault(names[grown.feature[parent]], {})
        own.setdefault(side, float(grown.threshold[parent]))  # the first met is the deepest, so the narrowest
        node = parent
    return tuple(Condition(name, **limits[name]) for name in reversed(limits))


def folds(labels: pd.Series) -> int:
    """So many folds that each can hold a member of the smallest segment."""
    return max(2, min(FOLDS, int(labels.value_counts().min())))


def thinned(count: int) -> np.ndarray:
    """Evenly spread rows, at most so many that a tree or a regression takes seconds."""
    return np.unique(np.linspace(0, count - 1, min(count, MOST_ROWS)).astype(int))
