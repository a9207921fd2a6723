"""Are the segments more than one column? What a single column reproduces, and how much repeated columns weigh."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.metrics import adjusted_rand_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.tree import DecisionTreeClassifier

from customer_segments.base import registry, words
from customer_segments.steps.clustering.segmentation import model_inputs

MOST_ROWS = 5000
SAME_STORY_FROM = 0.6  # rank correlation
ONE_COLUMN_FROM = 0.8  # adjusted Rand index from which one column alone makes the segments


def questions(names: pd.Index) -> dict[str, list[str]]:
    """The model's columns by the column of the business that they come from."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(registry.split(str(name))[0], []).append(name)
    return found


def single_columns(features: pd.DataFrame, segments: pd.Series, seed: int) -> pd.DataFrame:
    """How well each column alone reproduces the segments: adjusted Rand index of a tree on that column, unseen rows."""
    inputs = model_inputs(features)
    rows = np.sort(np.random.default_rng(seed).permutation(len(inputs))[:MOST_ROWS])
    labels = segments.to_numpy()[rows]
    tree = DecisionTreeClassifier(max_leaf_nodes=2 * len(np.unique(labels)), random_state=0)
    folds = StratifiedKFold(3, shuffle=True, random_state=seed)
    if np.unique(labels, return_counts=True)[1].min() < folds.n_splits:
        folds = 3
    found = [
        (question, adjusted_rand_score(labels, cross_val_predict(tree, inputs.iloc[rows][names], labels, cv=folds)))
        for question, names in questions(inputs.columns).items()
    ]
    table = pd.DataFrame(found, columns=["column", "agreement"]).round(6)
    return table.sort_values(["agreement", "column"], ascending=[False, True], ignore_index=True)


def stories(features: pd.DataFrame) -> pd.DataFrame:
    """Columns that move together, and their share of all distances between customers: column list, weight."""
    inputs = model_inputs(features)
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


def single_for_reader(table: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """Each column's agreement and the columns that tell the same story, written."""
    story = {column: (row.columns, row.weight) for row in told.itertuples() for column in row.columns}
    return pd.DataFrame(
        {
            "Column": table["column"].map(registry.label),
            "Reproduces the segments (adjusted Rand)": [
                f"{value:.2f}".replace("-", "−") for value in table["agreement"]
            ],
            "Moves together with": [
                words.listed(registry.label(c) for c in story[name][0] if c != name) or "–" for name in table["column"]
            ],
            "Their weight in all distances": [words.percent(story[name][1]) for name in table["column"]],
        }
    )


def columns_caption(table: pd.DataFrame, told: pd.DataFrame) -> str:
    """Whether one column would do, and which story weighs most."""
    best = table.iloc[0]
    enough = (
        "which is nearly the whole segmentation"
        if best["agreement"] >= ONE_COLUMN_FROM
        else "so one column is not enough"
    )
    top = told.iloc[0]
    story = words.listed(registry.label(column) for column in top["columns"])
    verb = "moves alone and has" if len(top["columns"]) == 1 else "move together and have"
    return (
        f"{registry.label(best['column'])} alone reproduces the segments with an adjusted Rand index of "
        f"{words.number(best['agreement'])}, {enough}. {story} {verb} {words.percent(top['weight'])} of the weight in "
        f"the distances between customers (columns move together from a rank correlation of {SAME_STORY_FROM:g} on)."
    )


def finding(table: pd.DataFrame) -> str:
    """Whether a single column would have done."""
    best = table.iloc[0]
    name, agreement = registry.label(best["column"]), words.number(best["agreement"], 2)
    if best["agreement"] >= ONE_COLUMN_FROM:
        return f"One column is nearly enough: {name} alone reproduces the segments (adjusted Rand index {agreement})."
    return f"No single column makes the segments; {name} comes nearest (adjusted Rand index {agreement})."
