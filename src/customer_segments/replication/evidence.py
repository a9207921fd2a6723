"""What the study's own stages made, as the printed figures and the corrections need it; computed once, when asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from customer_segments.base import words
from customer_segments.base.contract import ROW, UNREADABLE
from customer_segments.base.errors import StudyError
from customer_segments.base.params import PreprocessingParams, ReplicationParams, ValidationParams
from customer_segments.replication.published import Published
from customer_segments.steps.cleaning.clean import clean
from customer_segments.steps.retention import cohorts, order_days

ID, SEGMENT = "customer_id", "segment"
TESTED = 0.2  # share of the customers held back
FEWEST = 2  # customers in a segment that can be divided into known and new


@dataclass(frozen=True)
class HeldOut:
    """The customers held back: the segment of each, and the one that the classifier gives."""

    truth: np.ndarray
    predicted: np.ndarray

    @property
    def accuracy(self) -> float:
        return float((self.truth == self.predicted).mean())

    def size(self, segment: str) -> int:
        return int((self.truth == segment).sum())

    def found(self, segment: str) -> int:
        """How many of a segment's customers are recognised as such."""
        return int(((self.truth == segment) & (self.predicted == segment)).sum())

    def missed(self, segment: str) -> int:
        return self.size(segment) - self.found(segment)


class CannotTellError(Exception):
    """What the study asks for has no answer under settings that were changed since; says why."""


@dataclass(frozen=True)
class Evidence:
    """The tables as collected, what the study made of them as its settings say, and what was published of it."""

    published: Published
    tables: Mapping[str, ir.Table]
    lines: ir.Table | None  # none without transactions
    customers: pd.DataFrame  # with the `segment` of each
    features: pd.DataFrame
    scores: pd.DataFrame
    preprocessing: PreprocessingParams
    validation: ValidationParams
    seed: int
    noise_draws: int = ReplicationParams().noise_draws

    @property
    def used(self) -> list[str]:
        """The columns that make the segments."""
        return [name for name in self.features.columns if name != ID]

    @property
    def k(self) -> int:
        """How many segments the study has."""
        return int((self.customers[SEGMENT].unique() > 0).sum())

    @cached_property
    def listed(self) -> pd.DataFrame:
        """The customer list as it was collected."""
        if "customers" not in self.tables:
            raise StudyError(f"{self.published.title} needs a list of customers, and this study has none.")
        return self.tables["customers"].order_by(ROW).to_pandas().drop(columns=[ROW, UNREADABLE])

    @cached_property
    def coded(self) -> pd.DataFrame:
        """The customers' columns as numbers: those of text and flags by the alphabet, from 0."""
        return self.customers.drop(columns=ID).apply(_coded)

    @cached_property
    def held_out(self) -> HeldOut:
        """What a classifier of the segments says of the customers that it has not seen; called by the study's names."""
        names = self.customers[SEGMENT].map(self.called)
        if names.value_counts().min() < FEWEST:
            raise CannotTellError("a segment is too small to hold some of it back")
        return held_out(self.coded[self.used], names, self.seed)

    @cached_property
    def cohorts(self) -> pd.DataFrame:
        """Customers by month of their first order and months since."""
        if self.lines is None:
            raise StudyError(f"{self.published.title} needs transactions, and this study has none.")
        begun, segments = (ibis.memtable(self.customers[[ID, name]]) for name in ("tenure_days", SEGMENT))
        as_of = order_days.study_day(self.lines, begun)
        days = order_days.order_days(self.lines, segments, as_of)
        return cohorts.triangle(cohorts.activity(days, "month"), as_of, "month")

    @cached_property
    def all_lines(self) -> pd.Series:
        """What each customer's lines add up to, those of returns included."""
        keeping = self.preprocessing.cleaning.model_copy(update={"returns": "keep"})
        rules = self.preprocessing.model_copy(update={"cleaning": keeping})
        lines = clean(None, self.tables["transactions"], rules, self.tables["broken"]).lines
        totals = lines.group_by(ID).agg(total=lines.net_revenue.sum().cast("float64").round(2)).to_pandas()
        return totals.set_index(ID)["total"].reindex(self.customers[ID]).fillna(0.0).reset_index(drop=True)

    def column(self, name: str) -> pd.Series:
        """A column of the customers as numbers, or a word on which there are."""
        if name not in self.coded:
            raise StudyError(f"The published figures name the column `{name}`; there are {', '.join(self.coded)}.")
        return self.coded[name]

    def members(self, segment: str) -> pd.Series:
        """Which customers belong to a segment, by the study's name for it."""
        known = self.published.segments
        if segment not in known:
            names = words.listed(f"`{name}`" for name in known)
            raise StudyError(f"The published figures name a segment `{segment}`; under `segments:` there are {names}.")
        members = self.customers[SEGMENT] == known[segment]
        if not members.any():
            raise CannotTellError(f"there is no segment “{segment}”")
        return members

    def present(self, segment: str) -> str:
        """The same name, if there are customers in the segment."""
        self.members(segment)
        return segment

    def called(self, number: int) -> str:
        """What the study calls one of our segments; one more than it has keeps its number."""
        names = {number: name for name, number in self.published.segments.items()}
        return names.get(number, words.segment(number))


def _coded(column: pd.Series) -> pd.Series:
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    return column if numeric else column.astype("str").astype("category").cat.codes.astype("float64")


def held_out(inputs: pd.DataFrame | np.ndarray, labels: pd.Series | np.ndarray, seed: int) -> HeldOut:
    """Teach a logistic regression four fifths of every segment and ask it about the rest."""
    known, new, taught, truth = train_test_split(
        np.asarray(inputs, dtype=float), np.asarray(labels), test_size=TESTED, random_state=seed, stratify=labels
    )
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(known, taught)
    return HeldOut(truth, model.predict(new))


def on_noise(customers: int, columns: int, k: int, draws: int, seed: int) -> np.ndarray:
    """The accuracy of the same classifier on evenly spread points that hold no groups, cut into k by k-means."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        points = rng.random((customers, columns))
        labels = KMeans(k, n_init=3, random_state=seed).fit(points).labels_
        found.append(held_out(points, labels, seed).accuracy)
    return np.round(found, 6)
