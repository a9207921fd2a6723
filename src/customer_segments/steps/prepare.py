"""Step 1, prepare: from collected tables to customers and features on the model's scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import ibis.expr.types as ir
import pandas as pd

from customer_segments.steps.cleaning.clean import Cleaned, clean
from customer_segments.steps.preprocessing import outliers
from customer_segments.steps.preprocessing import prepare as preparation

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from customer_segments.base.params import PreprocessingParams, PrivacyParams

Files = Mapping[str, list[dict[str, object]]]  # of each table, with their numbers of rows


@dataclass(frozen=True)
class Prepared:
    """The customers that the study goes on with, what their segments are made of, and the account of everything."""

    cleaned: Cleaned
    as_of: date | None
    everyone: pd.DataFrame  # before outliers are treated
    outliers: outliers.Study
    columns: preparation.Columns
    preprocessor: Pipeline
    features: pd.DataFrame

    @property
    def customers(self) -> pd.DataFrame:
        return self.outliers.customers

    @property
    def ledger(self) -> pd.DataFrame:
        return outliers.with_account(self.cleaned.ledger, self.outliers)

    @property
    def rejected(self) -> ir.Table:
        return outliers.with_set_aside(self.cleaned.rejected, self.outliers)


def prepare(
    tables: Mapping[str, ir.Table],
    params: PreprocessingParams,
    privacy: PrivacyParams,
    files: Files | None = None,
    folder: Path | None = None,
) -> Prepared:
    """Clean the tables (`customers`, `transactions`, `broken`), compute features and put them on one scale.

    Lines are written to `folder` as soon as they are known, where one is given.
    """
    people, lines, broken = (tables.get(name) for name in ("customers", "transactions", "broken"))
    cleaned = clean(people, lines, params, broken, files, folder)
    day = preparation.study_day(cleaned, params)
    everyone = preparation.customer_table(cleaned, day, params)
    numbers = preparation.choose_columns(everyone, params.features, privacy.sensitive).numbers
    far_out = outliers.treat_outliers(everyone, numbers, params.cleaning)
    columns = preparation.choose_columns(far_out.customers, params.features, privacy.sensitive)
    preprocessor = preparation.fit_preprocessor(params.features, columns, far_out.customers, far_out.fences)
    features = preparation.feature_table(preprocessor, far_out.customers)
    return Prepared(cleaned, day, everyone, far_out, columns, preprocessor, features)
