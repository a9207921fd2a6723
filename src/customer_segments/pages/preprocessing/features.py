"""Features in words: what they say, who is far out, how they were treated, which stay out, and which move together."""

from collections.abc import Iterable
from datetime import date

import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import registry, words
from customer_segments.base.params import CleaningParams, FeatureParams
from customer_segments.pages.eda.contents import expected, in_unit, reach
from customer_segments.pages.plots import shaded
from customer_segments.pages.plots.preprocessing import scales_figure
from customer_segments.steps.preprocessing.features import FEATURES
from customer_segments.steps.preprocessing.outliers import Study
from customer_segments.steps.preprocessing.prepare import ID, Columns
from customer_segments.steps.preprocessing.report import pairs

TREATED = {"keep": "kept as they are", "winsorise": "drawn in to the fence", "set_aside": "set aside"}
STRAIGHTENED_BY = {"log": "by logarithm", "yeo_johnson": "by a Yeo-Johnson power", "none": ""}
SCALED_BY = {
    "standard": "mean 0, standard deviation 1",
    "robust": "median 0, middle half 1 wide",
    "min_max": "lowest 0, highest 1",
}
CODED_BY = {"ordinal": "codes, the most frequent first", "alphabetical": "codes, in the order of the alphabet"}
AS_LISTED = ("As the customer list has it.", "Days from that date in the customer list to the day of the study.")
MOST_READ_OUT = 5  # correlations that the text in place of the figure names
WORTH_NAMING = 0.5  # a correlation from which two features tell much of the same story
WRITTEN_FROM = 0.3  # correlations in the figure
SOURCE = " From `data/processed/features.parquet`."


def definitions(
    typical: pd.DataFrame, customers: int, day: date | None, currency: str, listed_day: date | None = None
) -> tuple[pd.DataFrame, str]:
    """What each number says of a customer and what is typical; how many were made, and the day they look back from."""
    rows = []
    for feature, *values, gaps in typical.itertuples(index=False):
        median, low, high = in_unit(feature, values, currency)
        said = registry.facts(feature).meaning or AS_LISTED[feature.startswith(registry.DAYS_SINCE)]
        rows.append((registry.label(feature), said, median, f"{low} to {high}", _gaps(gaps)))
    content = pd.DataFrame(rows, columns=["Number", "What it says", "Median", "Nine in ten lie between", "Gaps"])
    counted = words.counted(customers, "customer")
    if day is None:
        since = f" Days are counted back from {listed_day}." if listed_day else ""
        return content, f"{counted}; without transactions nothing is known of their orders.{since}"
    made = words.counted(int(typical["feature"].isin(FEATURES).sum()), "feature")
    single = typical.set_index("feature").loc["days_between_orders", "gaps"]
    unknown = (
        f" {words.percent(single)} of them never ordered on a second day, so that the days between their orders are "
        "unknown."
    )
    told = f"{counted} with {made} made from their orders, looking back from {day}."
    return content, told + (unknown if single else "")


def far_out(study: Study, params: CleaningParams, currency: str) -> tuple[pd.DataFrame, str]:
    """Which numbers have values beyond their fences, how many, and what the study does about them."""
    rows, treated = [], TREATED[params.outliers]
    for row in study.found.to_dict("records"):
        share, within = words.percent(row["beyond"] / row["customers"], 1), expected(row, row["feature"], currency)
        rows.append((registry.label(row["feature"]), within, f"{row['beyond']:,}", share, treated))
    columns = ["Number", "Expected of customers used", "Beyond it", "Share of them", "They are"]
    content = pd.DataFrame(rows, columns=columns)
    beyond, rule = int(study.found["beyond"].sum()), f"{reach(params.outlier_fence)} (`cleaning.outlier_fence`)"
    if not beyond:
        return content, f"No customer lies far out in a number that makes the segments: none is {rule}."
    out, values = len(study.set_aside), words.counted(beyond, "value")
    done = {
        "keep": "They are kept: `cleaning.outliers` could draw them in or set their customers aside.",
        "set_aside": f"{words.counted(out, 'customer')} with such a value {words.are(out)} set aside "
        f"(`data/interim/rejected.csv` says why) and {len(study.customers):,} stay; the lines of all of them stay in "
        "the accounts above.",
        "winsorise": f"{values} {words.are(beyond)} drawn in to the fence, so every customer stays.",
    }[params.outliers]
    return content, f"{words.counted(beyond, 'value lies', 'values lie')} far out, {rule}. {done}"


def treatments(
    treated: pd.DataFrame, features: pd.DataFrame, params: FeatureParams, currency: str
) -> tuple[pd.DataFrame, str]:
    """How each number was put on the model's scale; how many were straightened, and what became of categories."""
    by, rows = STRAIGHTENED_BY[params.skew], []
    for row in treated.itertuples():
        filling = f" filled with {registry.in_unit(row.feature, row.filled_with, currency)}" if row.gaps else ""
        gaps, straightened = f"{_gaps(row.gaps)}{filling}", by if row.straightened else "no"
        rows.append((registry.label(row.feature), gaps, _skewness(row), straightened))
    content = pd.DataFrame(rows, columns=["Number", "Gaps", "Skewness", "Straightened"])
    skewed = int((treated["skewness_before"].abs() >= params.skewed_above).sum())
    straightened = int(treated["straightened"].sum())
    all_of = "" if straightened and straightened == skewed else f"{straightened or 'none'} of "
    split = {name: registry.split(name) for name in features}
    indicators = {name: question for name, (question, answer) in split.items() if answer is not None}
    sources = words.listed(dict.fromkeys(map(registry.label, indicators.values())))
    coded = [registry.label(name) for name in features if name not in (ID, *indicators, *treated["feature"])]
    found = f"{words.counted(len(treated), 'number')}, {skewed} of them with a skewness of "
    parts = [
        f"{found}{words.number(params.skewed_above)} or more; {all_of}these were straightened.",
        f"All are then on one scale: {SCALED_BY[params.scale]}." if params.scale != "none" else "None is rescaled.",
        f"Categories ({sources}) became {words.counted(len(indicators), 'column')} of 0 and 1." if indicators else "",
        f"Categories ({words.listed(coded)}) became {CODED_BY[params.encode]}." if coded else "",
    ]
    return content, " ".join(part for part in parts if part)


def scales(bars: pd.DataFrame, treated: pd.DataFrame) -> tuple[Figure, str, str, str]:
    """The histograms before and after, with the feature that straightening helped most."""
    kept = treated[treated["kept"]]
    shapes = words.listed(f"{registry.label(row.feature)} (skewness {_skewness(row)})" for row in kept.itertuples())
    alt = f"Histograms of the numbers as they came and, where straightened, for the model: {shapes}."
    helped = kept[kept["straightened"]]
    if helped.empty:
        caption = f"Customers by value. All numbers keep their shape; only their scale is new.{SOURCE}"
        return scales_figure(bars), caption, alt, "No number was straightened"
    most = helped.loc[helped["gain"].idxmax()]
    change = f"from {_rounded(most['skewness_before'])} to {_rounded(most['skewness_after'])}"
    caption = (
        "Customers by value, before and after: otherwise a few extreme customers would make segments of their own. "
        f"Numbers in grey keep their shape; only their scale is new.{SOURCE}"
    )
    title = f"Straightening changes {registry.inline(most['feature'])} most: skewness {change}"
    return scales_figure(bars), caption, alt, title


def left_behind(behind: pd.DataFrame, params: FeatureParams) -> tuple[pd.DataFrame, str]:
    """The columns that do not make the segments, each with its reason; how many were dropped, and by which limit."""
    reasons = behind["reason"].str.replace("`", "")
    content = pd.DataFrame({"Column": behind["feature"].map(registry.label), "Why": reasons})
    dropped = int(behind["dropped"].sum())
    beforehand = f"{words.counted(len(behind) - dropped, 'column')} left out beforehand."
    if params.collinear_above is None:
        return content, f"Constants and near copies stay, as `features.collinear_above` is not set; {beforehand}"
    redundant = f"{words.counted(dropped, 'feature')} dropped" if dropped else "No feature had to be dropped"
    limit = f"correlation above {words.number(params.collinear_above)} in size"
    return content, f"{redundant} as constant or as a near copy of another ({limit}); {beforehand}"


def correlations(matrix: pd.DataFrame) -> tuple[shaded.Shaded, str, str, str]:
    """The correlation of every two features: those that move together most, and how many pairs come near."""
    found = pairs(matrix)
    read_out = (
        f"{registry.label(pair.first)} with {registry.label(pair.second)} {words.signed(pair.correlation)}"
        for pair in found.head(MOST_READ_OUT).itertuples()
    )
    alt = f"Correlations of {len(matrix)} columns; the strongest are {words.listed(read_out)}."
    figure = shaded.correlations(
        matrix, "Correlation of each pair, on the scale of the model", written_from=WRITTEN_FROM
    )
    if found.empty:
        return figure, "", alt, "There is only one feature"
    most, near = found.iloc[0], int((found["correlation"].abs() >= WORTH_NAMING).sum())
    both = f"{registry.label(most['first'])} and {registry.inline(most['second'])}"
    caption = (
        f"Pearson's correlation, from −1 to 1; {near} of {words.counted(len(found), 'pair')} "
        f"{'reaches' if 1 in (near, len(found)) else 'reach'} {WORTH_NAMING} in size. What several features say, the "
        f"model hears several times.{SOURCE}"
    )
    title = f"{both} move together most ({words.signed(most['correlation'])})"
    if abs(most["correlation"]) < WRITTEN_FROM:
        title = f"Hardly any two features move together: at most {words.signed(most['correlation'])}"
    return figure, caption, alt, title


def findings(treated: pd.DataFrame, behind: pd.DataFrame, matrix: pd.DataFrame) -> list[str]:
    """Which features make the segments, which were straightened or dropped, and what would change that."""
    straightened = _named(treated.loc[treated["straightened"] & treated["kept"], "feature"])
    dropped = _named(behind.loc[behind["dropped"], "feature"])
    found, next_to_go = pairs(matrix), ""
    strongest = abs(found["correlation"].iloc[0]) if len(found) else 0.0
    if 0 < round(strongest, 2) < 1:
        limit = f"at a `features.collinear_above` below {strongest:.2f}"
        next_to_go = f"; the next to go would be {_named(found['second'].head(1))}, {limit}"
    settings = ["`features.use`", "`features.leave_out`", "`features.scale`"]
    if treated["feature"].isin(FEATURES).any():
        settings += ["`cleaning.returns`", "`as_of`"]
    return [
        f"**{words.counted(len(matrix), 'feature')}** {'makes' if len(matrix) == 1 else 'make'} the segments. "
        f"Straightened: {straightened or 'none'}. Dropped as redundant: {dropped or 'none'}{next_to_go}.",
        f"Another choice of {words.listed(settings, last='or')} would change all that follows: segments are made of "
        "nothing but these columns on this scale.",
    ]


def sensitive_findings(columns: Columns, sensitive: Iterable[str]) -> list[str]:
    """Which columns are sensitive and were left out, and a warning where some make the segments all the same."""
    unused = [registry.label(name) for name in columns.left_out["feature"] if name in sensitive]
    they = "It describes" if len(unused) == 1 else "They describe"
    kept_out = (
        f"Sensitive, by name, by content or by `privacy.sensitive`: **{words.escaped(words.listed(unused))}**. "
        f"{they} segments but did not make them: only `features.use` can change that."
    )
    used = [registry.label(name) for name in columns.used if name in sensitive]
    they, them = words.are(len(used)), "it" if len(used) == 1 else "them"
    warning = (
        f"**{words.escaped(words.listed(used))}** {they} sensitive (`privacy.sensitive`) and made segments because "
        f"`features.use` names {them}: whoever is treated by segment is treated by {them} too."
    )
    return [*([kept_out] if unused else []), *([warning] if used else [])]


def _named(features: Iterable[str]) -> str:
    """Column names for prose that is rendered as Markdown."""
    return words.listed(words.escaped(registry.inline(name)) for name in features)


def _skewness(row: tuple) -> str:
    """How skewed a number is: `4.2 → 0.3`, or `0.1` where nothing was done."""
    before = _rounded(row.skewness_before)
    return f"{before} → {_rounded(row.skewness_after)}" if row.straightened else before


def _rounded(skewness: float) -> str:
    return words.signed(round(skewness, 2) + 0.0)


def _gaps(share: float) -> str:
    return words.percent(share, 1) if share else "none"
