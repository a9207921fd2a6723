"""What preparation made of the columns: what they say, how they were treated, which were dropped; tables and words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype
from sklearn.pipeline import Pipeline

from customer_segments.base import registry, words
from customer_segments.base.params import FeatureParams
from customer_segments.steps.preprocessing.accounting import totals
from customer_segments.steps.preprocessing.feature_correlations import strongest_pair
from customer_segments.steps.preprocessing.features import FEATURES
from customer_segments.steps.preprocessing.prepare import ID, Columns, finite
from customer_segments.steps.preprocessing.transformers import skewness

AS_IT_CAME, FOR_MODEL = "as it came", "for the model"
BINS = 24  # bars of a histogram
STRAIGHTENED_BY = {"log": "by logarithm", "yeo_johnson": "by a Yeo-Johnson power", "none": ""}
SCALED_BY = {
    "standard": "mean 0, standard deviation 1",
    "robust": "median 0, middle half 1 wide",
    "min_max": "lowest 0, highest 1",
}
CODED_BY = {"ordinal": "codes, the most frequent first", "alphabetical": "codes, in the order of the alphabet"}


def definitions(customers: pd.DataFrame, currency: str) -> pd.DataFrame:
    """The numbers known of each customer, in words, with what is typical."""
    numbers = [name for name in customers if is_numeric_dtype(customers[name]) and not is_bool_dtype(customers[name])]
    return pd.DataFrame(
        {
            "Number": [registry.label(name) for name in numbers],
            "What it says": [registry.facts(name).meaning or "As the customer list has it." for name in numbers],
            "Median": [registry.in_unit(name, customers[name].median(), currency) for name in numbers],
            "Nine in ten lie between": [_nine_in_ten(customers[name], name, currency) for name in numbers],
            "Gaps": [_gaps(customers[name].isna().mean()) for name in numbers],
        }
    )


def definitions_caption(customers: pd.DataFrame, study_day: date | None) -> str:
    """How many customers and features there are, and which day they look back from."""
    made = sum(name in FEATURES for name in customers)
    if study_day is None:
        return f"{words.counted(len(customers), 'customer')}; without transactions nothing is known of their orders."
    single = customers["days_between_orders"].isna().mean()
    return (
        f"{words.counted(len(customers), 'customer')} with {words.counted(made, 'feature')} made from their orders, "
        f"looking back from {study_day}. {words.percent(single)} of them never ordered on a second day, so that the "
        "days between their orders are unknown."
    )


def treatments(preprocessor: Pipeline, columns: Columns, customers: pd.DataFrame) -> pd.DataFrame:
    """What the fitted pipeline does to each number.

    Columns: feature, gaps (share), filled_with, skewness_before, straightened, skewness_after, kept.
    """
    numbers = preprocessor["by_kind"].named_transformers_["numbers"]
    filled, straightener = numbers["simpleimputer"], numbers["straightener"]
    values = finite(customers[columns.numbers])
    straight = numbers[:3].transform(values)
    return pd.DataFrame(
        {
            "feature": columns.numbers,
            "gaps": values.isna().mean().to_numpy(),
            "filled_with": filled.statistics_,
            "skewness_before": straightener.skewness_,
            "straightened": straightener.straightened_,
            "skewness_after": skewness(straight.to_numpy()),
            "kept": np.isin(columns.numbers, preprocessor.get_feature_names_out()),
        }
    )


def histograms(preprocessor: Pipeline, treated: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Each kept number counted into bars: the straightened ones first, as they came and for the model.

    Columns: feature, straightened, scale (`as it came`, `for the model`), left, width, customers.
    """
    came = finite(customers[treated["feature"]])
    prepared = preprocessor.transform(customers[list(preprocessor.feature_names_in_)])
    kept = treated[treated["kept"]]
    straightened = kept.loc[kept["straightened"], "feature"]
    shown = [(name, True, scale) for name in straightened for scale in (AS_IT_CAME, FOR_MODEL)]
    shown += [(name, False, AS_IT_CAME) for name in kept.loc[~kept["straightened"], "feature"]]
    counted = []
    for name, bent, scale in shown:
        values = came if scale == AS_IT_CAME else prepared
        counts, edges = np.histogram(values[name].dropna(), bins=BINS)
        of = {"feature": name, "straightened": bent, "scale": scale}
        counted.append(pd.DataFrame(of | {"left": edges[:-1], "width": np.diff(edges), "customers": counts}))
    return pd.concat(counted, ignore_index=True)


def left_behind(preprocessor: Pipeline, columns: Columns) -> pd.DataFrame:
    """Every column that does not make the segments: feature, reason, and dropped (found redundant) or not."""
    dropped = preprocessor["drop"].dropped_.assign(dropped=True)
    return pd.concat([dropped, columns.left_out.assign(dropped=False)], ignore_index=True)


def metrics(ledger: pd.DataFrame, features: pd.DataFrame, behind: pd.DataFrame) -> dict[str, Any]:
    """The numbers of this chapter that are compared between runs."""
    rows = totals(ledger).set_index("table").to_dict("index")
    return {
        "rows": {table: {key.removeprefix("rows_"): count for key, count in of.items()} for table, of in rows.items()},
        "customers": len(features),
        "features": [name for name in features.columns if name != ID],
        "dropped": sorted(behind.loc[behind["dropped"], "feature"]),
    }


def treatments_for_reader(treated: pd.DataFrame, params: FeatureParams, currency: str) -> pd.DataFrame:
    """How each number was put on the model's scale."""
    rows = list(treated.itertuples())
    return pd.DataFrame(
        {
            "Number": [registry.label(row.feature) for row in rows],
            "Gaps": [_filling(row.gaps, registry.in_unit(row.feature, row.filled_with, currency)) for row in rows],
            "Skewness": [_change(row.skewness_before, row.skewness_after, row.straightened) for row in rows],
            "Straightened": [STRAIGHTENED_BY[params.skew] if row.straightened else "no" for row in rows],
        }
    )


def treatments_caption(treated: pd.DataFrame, features: pd.DataFrame, params: FeatureParams) -> str:
    """How many numbers were straightened, how all are scaled, and what became of categories."""
    skewed = treated["skewness_before"].abs() >= params.skewed_above
    straightened = int(treated["straightened"].sum())
    all_of = "" if straightened and straightened == skewed.sum() else f"{straightened or 'none'} of "
    asked = {name: question for name in features for question, answer in [registry.split(name)] if answer is not None}
    sources = words.listed(dict.fromkeys(map(registry.label, asked.values())))
    coded = [registry.label(name) for name in features if name not in (ID, *asked, *treated["feature"])]
    found = f"{words.counted(len(treated), 'number')}, {int(skewed.sum())} of them with a skewness of "
    parts = [
        f"{found}{words.number(params.skewed_above)} or more; {all_of}these were straightened.",
        f"All are then on one scale: {SCALED_BY[params.scale]}." if params.scale != "none" else "None is rescaled.",
        f"Categories ({sources}) became {words.counted(len(asked), 'column')} of 0 and 1." if asked else "",
        f"Categories ({words.listed(coded)}) became {CODED_BY[params.encode]}." if coded else "",
    ]
    return " ".join(part for part in parts if part)


def left_behind_for_reader(behind: pd.DataFrame) -> pd.DataFrame:
    """The columns that do not make the segments, with reasons."""
    return pd.DataFrame({"Column": behind["feature"].map(registry.label), "Why": behind["reason"].str.replace("`", "")})


def left_behind_caption(behind: pd.DataFrame, params: FeatureParams) -> str:
    """How many columns were dropped or left out, and by which limit."""
    dropped = int(behind["dropped"].sum())
    if params.collinear_above is None:
        return (
            "Constants and near copies stay, as `features.collinear_above` is not set; "
            f"{words.counted(len(behind), 'column')} left out beforehand."
        )
    redundant = f"{words.counted(dropped, 'feature')} dropped" if dropped else "No feature had to be dropped"
    return (
        f"{redundant} as constant or as a near copy of another (correlation above "
        f"{words.number(params.collinear_above)} in size); {words.counted(len(behind) - dropped, 'column')} left out "
        "beforehand."
    )


def scales_caption(treated: pd.DataFrame) -> str:
    """The feature that straightening helped most."""
    helped = treated[treated["straightened"] & treated["kept"]]
    if helped.empty:
        return "No number was straightened: all keep their shape, only their scale is new."
    gain = helped["skewness_before"].abs() - helped["skewness_after"].abs()
    most = helped.loc[gain.idxmax()]
    change = f"from {_skewness(most['skewness_before'])} to {_skewness(most['skewness_after'])}"
    return (
        f"Straightening changed {registry.inline(most['feature'])} most (skewness {change}): otherwise a few extreme "
        "customers would make segments of their own. Numbers in grey keep their shape; only their scale is new."
    )


def scales_alt(treated: pd.DataFrame) -> str:
    """What the histograms show, as text."""
    shapes = (
        f"{registry.label(row.feature)} (skewness {_change(row.skewness_before, row.skewness_after, row.straightened)})"
        for row in treated[treated["kept"]].itertuples()
    )
    return f"Histograms of the numbers as they came and, where straightened, for the model: {words.listed(shapes)}."


def feature_findings(treated: pd.DataFrame, behind: pd.DataFrame, matrix: pd.DataFrame) -> list[str]:
    """Which features make the segments, which were straightened or dropped, and what would change that."""
    straightened = _named(treated.loc[treated["straightened"] & treated["kept"], "feature"])
    dropped = _named(behind.loc[behind["dropped"], "feature"])
    _, second, strongest = strongest_pair(matrix)
    next_to_go = (
        f"; the next to go would be {_named([second])}, at a `features.collinear_above` below {abs(strongest):.2f}"
        if 0 < round(abs(strongest), 2) < 1
        else ""
    )
    make = "makes" if len(matrix) == 1 else "make"
    settings = ["`features.use`", "`features.leave_out`", "`features.scale`"]
    if treated["feature"].isin(FEATURES).any():
        settings += ["`cleaning.returns`", "`as_of`"]
    return [
        f"**{words.counted(len(matrix), 'feature')}** {make} the segments. "
        f"Straightened: {straightened or 'none'}. Dropped as redundant: {dropped or 'none'}{next_to_go}.",
        f"Another choice of {words.listed(settings, last='or')} would change all that follows: segments are made of "
        "nothing but these columns on this scale.",
    ]


def _named(features: Iterable[str]) -> str:
    """Column names for prose that is rendered as Markdown."""
    return words.listed(words.escaped(registry.inline(name)) for name in features)


def _filling(gaps: float, value: str) -> str:
    return f"{_gaps(gaps)} filled with {value}" if gaps else "none"


def _change(before: float, after: float, straightened: bool) -> str:
    """How skewed a column is: `4.2 → 0.3`, or `0.1` where nothing was done."""
    return f"{_skewness(before)} → {_skewness(after)}" if straightened else _skewness(before)


def _skewness(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def _nine_in_ten(column: pd.Series, name: str, currency: str) -> str:
    low, high = column.quantile([0.05, 0.95])
    return f"{registry.in_unit(name, low, currency)} to {registry.in_unit(name, high, currency)}"


def _gaps(share: float) -> str:
    return words.percent(share, 1) if share else "none"
