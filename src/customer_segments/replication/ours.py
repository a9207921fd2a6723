"""The same data under this project's defaults: nothing dropped in silence, returns taken off, judged before named."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from customer_segments.base.params import ClusteringParams, PreprocessingParams, PrivacyParams, ValidationParams
from customer_segments.replication.evidence import BROKEN, Evidence
from customer_segments.steps.cleaning.clean import Cleaned, clean
from customer_segments.steps.clustering.choice import choose_k
from customer_segments.steps.clustering.segmentation import customer_value, model_inputs, segmenter_for, try_each_k
from customer_segments.steps.preprocessing import prepare
from customer_segments.steps.validation import prediction
from customer_segments.steps.validation.existence import Existence, existence
from customer_segments.steps.validation.returning import Returning, returning
from customer_segments.steps.validation.verdict import Verdict, judge
from customer_segments.studies import catalogue

ID, SEGMENT = "customer_id", "segment"
CLUSTERING, PRIVACY = ClusteringParams(), PrivacyParams()
MOST_COMPARED = 2_000  # customers whose silhouette is held against that of shuffled columns


class Ours:
    """What this project makes of the collected tables; computed once, when asked."""

    def __init__(
        self, evidence: Evidence, validation: ValidationParams, preprocessing: PreprocessingParams | None = None
    ) -> None:
        self.tables, self.seed, self.validation = evidence.tables, evidence.seed, validation
        self.preprocessing = preprocessing or defaults(evidence.published.ours)

    @cached_property
    def cleaned(self) -> Cleaned:
        """The rows that are used."""
        people, lines = self.tables.get("customers"), self.tables.get("transactions")
        return clean(people, lines, self.preprocessing, self.tables[BROKEN])

    @cached_property
    def customers(self) -> pd.DataFrame:
        """One row per customer."""
        day = prepare.study_day(self.cleaned, self.preprocessing)
        return prepare.customer_table(self.cleaned, day, self.preprocessing)

    @cached_property
    def features(self) -> pd.DataFrame:
        """The customers on the model's scale."""
        columns = prepare.choose_columns(self.customers, self.preprocessing.features, PRIVACY.sensitive)
        preprocessor = prepare.fit_preprocessor(self.preprocessing.features, columns, self.customers)
        return prepare.feature_table(preprocessor, self.customers)

    @cached_property
    def inputs(self) -> pd.DataFrame:
        """The columns that make the segments."""
        return model_inputs(self.features)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """All criteria for every number of segments."""
        return try_each_k(self.features, CLUSTERING, self.seed)

    @property
    def k(self) -> int:
        """The number of segments that our rule chooses."""
        return choose_k(self.scores, CLUSTERING).k

    @cached_property
    def labels(self) -> pd.Series:
        """Every customer's segment."""
        value = customer_value(self.features, self.customers, CLUSTERING)
        return pd.Series(segmenter_for(self.k, CLUSTERING, self.seed).fit(self.inputs, value).labels_, name=SEGMENT)

    def prepared_like(self, evidence: Evidence) -> Ours:
        """The customers and columns that we would take, on the study's scale."""
        theirs = evidence.preprocessing.features
        own = self.preprocessing.features.model_copy(update={"skew": theirs.skew, "scale": theirs.scale})
        return Ours(evidence, self.validation, self.preprocessing.model_copy(update={"features": own}))

    def as_clear_as_chance(self, k: int) -> tuple[Existence, Returning]:
        """Whether so many segments are clearer than on shuffled columns, and found again among other customers."""
        given = CLUSTERING.model_copy(update={"k": k})
        everyone = self.validation.model_copy(update={"reference_sample": MOST_COMPARED})
        labels = segmenter_for(k, given, self.seed).fit(self.inputs).labels_
        there = existence(self.inputs, k, given, everyone, self.seed, kinds=("shuffled",))
        return there, returning(self.inputs, labels, k, given, self.validation, self.seed)

    def verdict(self) -> tuple[Verdict, Existence, Returning]:
        """What our segments are, by the rule of the chapter on validation, and what that rests on."""
        there = existence(self.inputs, self.k, CLUSTERING, self.validation, self.seed)
        back = returning(self.inputs, self.labels.to_numpy(), self.k, CLUSTERING, self.validation, self.seed)
        ahead = None
        if self.cleaned.lines is not None:
            parts = prediction.StudyParts(self.preprocessing, PRIVACY, CLUSTERING)
            lines = self.cleaned.lines
            ahead = prediction.predict_next(self.tables, lines, self.k, parts, self.validation, self.seed)
        return judge(there, back, ahead, transactions=self.cleaned.lines is not None), there, back


def defaults(study: str | None) -> PreprocessingParams:
    """How this project prepares the data, with the columns that a ready-made study of them names."""
    return PreprocessingParams.of(**(catalogue.overlay(study).params.get("preprocessing", {}) if study else {}))
