"""Preparation: which customers, which features, and the pipeline that puts them on the model's scale."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn import preprocessing
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder

from customer_segments.base import meanings, registry, words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import FeatureParams, PrivacyParams
from customer_segments.steps.preprocessing import about, transformers
from customer_segments.steps.preprocessing.days import days_since
from customer_segments.steps.preprocessing.features import FEATURES, ID
from customer_segments.steps.preprocessing.plain import DECIMALS
from customer_segments.steps.preprocessing.transformers import UNKNOWN, Fence

NOTHING: Mapping[str, str] = MappingProxyType({})
BESIDE_NUMBERS = "It is a category or a yes or no, and these make segments only beside numbers."
IN_ITS_PLACE = "It is a date; the days since then stand in its place."
MOST_CATEGORIES = 30  # a column with more is a list of names, and would drown the others in 0s and 1s
SENSITIVE = PrivacyParams().sensitive  # unless a study declares others
SCALERS = {
    "standard": preprocessing.StandardScaler,
    "robust": preprocessing.RobustScaler,
    "min_max": preprocessing.MinMaxScaler,
}


class Columns(NamedTuple):
    """The columns that make the segments, and those that do not (`feature`, `reason`)."""

    numbers: list[str]
    categories: list[str]
    left_out: pd.DataFrame

    @property
    def used(self) -> list[str]:
        return [*self.numbers, *self.categories]


def choose_columns(
    customers: pd.DataFrame,
    params: FeatureParams,
    sensitive: Iterable[str] = SENSITIVE,
    against: Mapping[str, str] = NOTHING,
) -> Columns:
    """Sort the columns into numbers, categories and those left out, each with its reason.

    What is or seems `sensitive`, is an outcome, a place or a code, or has a reason `against` it, makes segments only
    where `params.use` names it.
    """
    _refuse_unknown_names(customers, params)
    kinds = {name: _kind(column) for name, column in customers.items()}
    against = {} if params.use is not None else {**against, **_against_meanings(customers, sensitive)}
    instead = {name: IN_ITS_PLACE for name in customers if days_since(name) in customers}
    reasons = {
        name: _reason_against(kind, customers[name], params, against, instead.get(name, ""))
        for name, kind in kinds.items()
    }
    left_out = {name: reason for name, reason in reasons.items() if reason}
    numbers = [name for name, kind in kinds.items() if kind == "number" and name not in left_out]
    categories = [name for name, kind in kinds.items() if kind != "number" and name not in left_out]
    refused = [name for name in params.use or () if name in left_out]
    if refused:
        raise StudyError(
            f"`preprocessing.features.use` names `{refused[0]}`, which cannot make segments: "
            f"{_inside(left_out[refused[0]])}. Take it out of the list.",
            setting="preprocessing.features.use",
        )
    if not numbers:
        raise _no_number_left(left_out | dict.fromkeys(categories, BESIDE_NUMBERS))
    return Columns(numbers, categories, pd.DataFrame(left_out.items(), columns=["feature", "reason"], dtype="str"))


def build_preprocessor(params: FeatureParams, columns: Columns, fences: dict[str, Fence] | None = None) -> Pipeline:
    """The pipeline from customers to model columns, not yet fitted; new customers can go through it later."""
    scaling = [SCALERS[params.scale]()] if params.scale in SCALERS else []
    numbers = make_pipeline(
        transformers.Winsoriser(fences),
        SimpleImputer(strategy=params.impute),
        transformers.Straightener(method=params.skew, above=params.skewed_above),
        *scaling,
    )
    encoding = {
        "one_hot": [OneHotEncoder(handle_unknown="ignore", sparse_output=False, feature_name_combiner=registry.joined)],
        "ordinal": [transformers.FrequencyRanker(), *scaling],
        "alphabetical": [OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), *scaling],
    }
    categories = make_pipeline(
        FunctionTransformer(as_text, feature_names_out="one-to-one"),
        transformers.RarePooler(rarer_than=params.rarest_category),
        *encoding[params.encode],
    )
    parts = [("numbers", numbers, columns.numbers), ("categories", categories, columns.categories)]
    by_kind = ColumnTransformer([part for part in parts if part[2]], verbose_feature_names_out=False)
    steps = [("by_kind", by_kind), ("drop", transformers.RedundantDropper(above=params.collinear_above))]
    return Pipeline(steps).set_output(transform="pandas")


def fit_preprocessor(
    params: FeatureParams, columns: Columns, customers: pd.DataFrame, fences: dict[str, Fence] | None = None
) -> Pipeline:
    """Fit the pipeline to the study's customers; refuse a study whose numbers are all constant.

    Where outliers were drawn in, `fences` (of `treat_outliers`) draws in those of new customers too.
    """
    preprocessor = build_preprocessor(params, columns, fences).fit(customers[columns.used])
    if not set(columns.numbers) & set(preprocessor.get_feature_names_out()):
        dropped = preprocessor["drop"].dropped_.set_index("feature")["reason"]
        raise _no_number_left(dropped.loc[columns.numbers].to_dict())
    return preprocessor


def feature_table(preprocessor: Pipeline, customers: pd.DataFrame) -> pd.DataFrame:
    """The customers on the model's scale: customer_id and the model's columns, no gaps."""
    missing = [name for name in preprocessor.feature_names_in_ if name not in customers]
    if missing:
        raise StudyError(
            f"The customers have no column {words.listed(f'`{name}`' for name in missing)}, which the saved "
            "preprocessor was fitted with: add it (empty cells are filled), or fit a new preprocessor."
        )
    features = preprocessor.transform(customers[list(preprocessor.feature_names_in_)]).astype("float64").round(DECIMALS)
    features.insert(0, ID, customers[ID])
    return features


def finite(numbers: pd.DataFrame) -> pd.DataFrame:
    """The numbers with infinite values as gaps."""
    values = numbers.astype("float64")
    return values.where(np.isfinite(values))


def as_text(categories: pd.DataFrame) -> pd.DataFrame:
    """The categories as text: flags as yes and no, gaps as a category of their own."""
    known = categories.notna()
    texts = categories.astype("object").where(known, UNKNOWN).astype("str")
    return texts.replace({"True": "yes", "False": "no"}).astype("object")


def _kind(column: pd.Series) -> str:
    """What a column holds, whichever way it was read: number, text, flag, day, or nothing."""
    if not column.notna().any():
        return "nothing"
    found = pd.api.types.infer_dtype(column, skipna=True)
    if found in ("integer", "floating", "decimal", "mixed-integer-float"):
        return "number" if np.isfinite(column.astype("float64")).any() else "nothing"
    if found in ("date", "datetime", "datetime64"):
        return "day"
    return "flag" if found == "boolean" else "text"


def _against_meanings(customers: pd.DataFrame, sensitive: Iterable[str]) -> dict[str, str]:
    """What a column is about, where that is why it does not make segments unless it is named for it."""
    told = dict.fromkeys(sensitive, "`privacy.sensitive`")
    told = {name: f"it tells the {matter}" for name, matter in about.found(customers).items()} | told
    reasons = {
        name: f"It is sensitive ({how}): it describes segments but does not make them." for name, how in told.items()
    }
    ids = customers.get(ID)
    for name in (name for name in customers if name not in (ID, *FEATURES, *reasons)):
        if about.is_outcome(customers[name]):
            reasons[name] = (
                "It tells what came of a customer: segments are to foretell an outcome, not to be made of it."
            )
        elif meanings.speaks_of(name, meanings.PLACES):
            reasons[name] = "It tells a place: it describes segments but does not make them."
        elif about.is_code(customers[name], ids):
            reasons[name] = "It is a number that names something, such as an id or a code, and counts nothing."
    return reasons


def _reason_against(
    kind: str, column: pd.Series, params: FeatureParams, against: dict[str, str], days_told: str
) -> str | None:
    """Why a column does not make the segments, or None if it does; `use` goes before `leave_out`."""
    name = column.name
    if name == ID:
        return "It identifies a customer."
    if params.use is not None and name not in params.use:
        return "It is not named in `features.use`."
    if params.use is None and name in params.leave_out:
        return "It describes segments but does not make them (`features.leave_out`)."
    if kind == "nothing":
        return "It holds no value at all."
    if kind == "day":
        return days_told or "It is a date, neither a quantity nor a category."
    if kind == "text" and (reason := _too_many_categories(column, params)):
        return reason
    return against.get(name)


def _too_many_categories(column: pd.Series, params: FeatureParams) -> str | None:
    shares = column.fillna(UNKNOWN).value_counts(normalize=True)
    frequent = int((shares >= params.rarest_category).sum())
    different = words.counted(int(column.nunique()), "different value")
    if frequent == 0:
        return (
            f"It is text with {different}, none shared by {words.percent(params.rarest_category, 1)} of the customers."
        )
    if frequent > MOST_CATEGORIES and params.encode != "alphabetical":
        return f"It is text with {different}, more than the {MOST_CATEGORIES} that can make segments."
    return None


def _refuse_unknown_names(customers: pd.DataFrame, params: FeatureParams) -> None:
    """`use` must name columns that are here; `leave_out` and `fixed` may also name what other studies have."""
    here = [name for name in customers.columns if name != ID]
    elsewhere = [*FEATURES, *registry.names(registry.CUSTOMERS)]
    anywhere = [*here, *elsewhere]
    asked = (
        ("use", params.use or (), here),
        ("leave_out", params.leave_out, anywhere),
        ("fixed", params.fixed, anywhere),
    )
    for key, named, known in asked:
        unknown = [name for name in named if name not in known]
        if unknown:
            raise StudyError(
                f"`preprocessing.features.{key}` names `{unknown[0]}`, which is not a column of this study: known are "
                f"{', '.join(here)}.",
                setting=f"preprocessing.features.{key}",
            )


def _no_number_left(reasons: dict[str, str]) -> StudyError:
    by_reason: dict[str, list[str]] = {}
    for name in (name for name in reasons if name != ID):
        by_reason.setdefault(reasons[name], []).append(registry.label(name))
    listed = "; ".join(f"{_inside(reason)}: {words.listed(names)}" for reason, names in by_reason.items())
    why = listed or "there are no other columns"
    return StudyError(
        f"No numeric feature is left to make segments from ({why}). Name numeric columns under "
        "`preprocessing.features.use`, or check the source file.",
        setting="preprocessing.features.use",
    )


def _inside(sentence: str) -> str:
    """A sentence as it stands inside another."""
    return sentence[0].lower() + sentence[1:].rstrip(".")
