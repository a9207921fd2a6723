"""Step 1, prepare: from collected tables to customers and features on the model's scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir
import pandas as pd

from customer_segments.base.money import has_money
from customer_segments.base.threads import in_one_thread
from customer_segments.steps.cleaning.clean import Cleaned, clean
from customer_segments.steps.preprocessing import about, habits, outliers, report
from customer_segments.steps.preprocessing import prepare as preparation
from customer_segments.steps.preprocessing.days import list_day
from customer_segments.steps.preprocessing.features import customer_table, making_none, study_day
from customer_segments.steps.recipe import recipe_of

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from customer_segments.base.params import PreprocessingParams, PrivacyParams

Files = Mapping[str, list[dict[str, Any]]]  # of each table, with their numbers of rows


@dataclass(frozen=True)
class Prepared:
    """The customers that the study goes on with, what their segments are made of, and the account of everything.

    What only a reader of the account wants to know is computed when it is asked for.
    """

    params: PreprocessingParams
    tables: Mapping[str, ir.Table]
    cleaned: Cleaned
    as_of: date | None
    listed_day: date | None  # from which the dates of a list without orders are counted
    everyone: pd.DataFrame  # before outliers are treated
    outliers: outliers.Study
    columns: preparation.Columns
    sensitive: tuple[str, ...]  # columns declared or found to be
    preprocessor: Pipeline
    features: pd.DataFrame

    @property
    def customers(self) -> pd.DataFrame:
        return self.outliers.customers

    @cached_property
    def recipe(self) -> dict[str, Any] | None:
        """What new lines go by; none where the study has no lines."""
        lines = self.tables.get("transactions")
        return None if lines is None else recipe_of(lines, self.params, self.as_of, self.columns.used)

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """The ledger of the source, and after it the account of the customers in the study where there is one."""
        books = (self.cleaned.ledger, self.outliers.ledger)
        return pd.concat([book for book in books if len(book)], ignore_index=True)

    @property
    def rejected(self) -> ir.Table:
        return outliers.with_set_aside(self.cleaned.rejected, self.outliers)

    @cached_property
    def money(self) -> pd.DataFrame:
        """What came in, what each rule took out, and what is used; nothing where lines tell no money."""
        lines = self.tables.get("transactions")
        if lines is not None and not has_money(lines):
            return report.NO_MONEY
        came_in = report.money_in(lines)
        return report.money_account(self.cleaned.ledger, came_in, report.net_revenue(self.cleaned.lines))

    @cached_property
    def treatments(self) -> pd.DataFrame:
        return report.treatments(self.preprocessor, self.columns, self.customers)

    @property
    def histograms(self) -> pd.DataFrame:
        return report.histograms(self.preprocessor, self.treatments, self.customers)

    @cached_property
    def left_behind(self) -> pd.DataFrame:
        return report.left_behind(self.preprocessor, self.columns)

    @cached_property
    def correlations(self) -> pd.DataFrame:
        return report.correlation_matrix(self.features)

    @property
    def metrics(self) -> dict[str, object]:
        return report.metrics(self.ledger, self.features, self.left_behind, self.money)


def told_by(cleaned: ir.Table, collected: ir.Table, params: PreprocessingParams) -> list[str]:
    """What lines tell of their customers beside orders and money: what they can, and what is asked for besides."""
    told = [*habits.all_of(cleaned, habits.more_of(collected)), *habits.further(collected, params.features.further)]
    return list(dict.fromkeys(told))


@in_one_thread
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
    day = study_day(cleaned, params)
    listed_day = list_day(people, params.as_of) if lines is None else None
    told = told_by(cleaned.lines, lines, params) if lines is not None else []
    everyone = customer_table(cleaned, day, params, listed_day, told)
    against = making_none(lines, everyone.columns)
    numbers = preparation.choose_columns(everyone, params.features, privacy.sensitive, against).numbers
    far_out = outliers.treat_outliers(everyone, numbers, params.cleaning)
    columns = preparation.choose_columns(far_out.customers, params.features, privacy.sensitive, against)
    sensitive = about.with_found(privacy.sensitive, everyone)
    preprocessor = preparation.fit_preprocessor(params.features, columns, far_out.customers, far_out.fences)
    features = preparation.feature_table(preprocessor, far_out.customers)
    return Prepared(
        params, tables, cleaned, day, listed_day, everyone, far_out, columns, sensitive, preprocessor, features
    )
