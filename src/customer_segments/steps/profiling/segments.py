"""Who are they? Sizes, profiles, names and actions of the segments, and the table to take away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import PrivacyParams, ProfilingParams
from customer_segments.steps.profiling import playbook, tone, traits
from customer_segments.steps.profiling.distinctiveness import SEGMENT, alike, compare, measured
from customer_segments.steps.profiling.lifetimes import tells_who_left

NAME = "segment_name"
UNASSIGNED = 0  # the number of those who are in no segment
QUANTILES = {"whislo": 0.05, "q1": 0.25, "med": 0.5, "q3": 0.75, "whishi": 0.95}
FEWEST_BEYOND = 2  # customers beyond each end of a line: it must not end at the smallest or the largest value
ORDINARY = "In nothing far from all customers"
TOO_FEW_TO_DESCRIBE = "Too few to describe without describing single persons"
PRIVATE = (
    "orders",
    "revenue",
    "revenue_share",
    "alive_probability",
    "expected_value",
    "coins",
    "coin_cost",
    "coin_share",
)


def with_segments(customers: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """The customers with the number of their segment, by customer."""
    joined = segments.merge(customers, on="customer_id", how="left", validate="one_to_one", indicator=True)
    unknown = int((joined["_merge"] == "left_only").sum())
    if unknown or joined.empty:
        raise StudyError(
            "data/processed/segments.parquet does not fit data/processed/customers.parquet "
            f"({words.counted(unknown, 'customer')} of {len(joined):,} not found): "
            "run `dvc repro clustering`, so that both come from the same run."
        )
    joined = joined.drop(columns="_merge").sort_values("customer_id", kind="stable", ignore_index=True)
    return joined[[*customers.columns, SEGMENT]]


def sizes(customers: pd.DataFrame, smallest_group: int = 1) -> pd.DataFrame:
    """One row per segment, those who are in none last: customers, their share, whether they are too few to show.

    With transactions orders, revenue and its share too, and where chapter 7 expects something of them that as well.
    """
    segments = customers.groupby(SEGMENT)
    table = pd.DataFrame({"customers": segments.size()})
    table["customer_share"] = table["customers"] / len(customers)
    if "orders" in customers:
        table["orders"] = segments["orders"].sum()
    if "net_revenue" in customers:
        table["revenue"] = segments["net_revenue"].sum()
        total = table["revenue"].sum()
        # Where more was paid back than paid, a share means nothing.
        table["revenue_share"] = table["revenue"] / total if total > 0 else float("nan")
    if "expected_value" in customers:
        if tells_who_left(customers):
            table["alive_probability"] = segments["alive_probability"].mean()
        table["expected_value"] = segments["expected_value"].sum()
    table["too_few"] = table["customers"] < smallest_group
    return _unassigned_last(table.reset_index())


def _unassigned_last(table: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([table[table[SEGMENT] != UNASSIGNED], table[table[SEGMENT] == UNASSIGNED]], ignore_index=True)


def comparison(customers: pd.DataFrame, params: ProfilingParams, privacy: PrivacyParams) -> pd.DataFrame:
    """Each segment against all customers in every column that can be compared (see `distinctiveness.compare`).

    Segments of fewer than `privacy.smallest_group` customers are left out: their values would be those of single
    persons. So are shares of sensitive attributes that so few customers of a segment make up, or are left by.
    """
    numbers = measured(customers, privacy.smallest_group)
    playbook.check(params.playbook, list(numbers.columns))
    segment = customers[SEGMENT]
    large = segment.map(segment.value_counts() >= privacy.smallest_group)
    if not large.any():
        raise StudyError(
            f"No segment holds as many as {words.counted(privacy.smallest_group, 'customer')} "
            "(`privacy.smallest_group` in params.yaml), so none can be described: make fewer segments (`clustering.k`)."
        )
    compared = compare(numbers, segment, params)
    if not tells_who_left(customers):
        compared = without(compared, ["alive_probability"])
    delicate = _is_of(compared, privacy.sensitive) & compared["is_share"]
    having = (compared["mean"] * compared[SEGMENT].map(segment.value_counts())).round()
    lacking = compared[SEGMENT].map(segment.value_counts()) - having
    few = delicate & (np.minimum(having, lacking) < privacy.smallest_group)
    return _unassigned_last(compared[compared[SEGMENT].isin(segment[large]) & ~few])


def without(compared: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The comparison without these columns, which are told elsewhere."""
    return compared[~_is_of(compared, columns)]


def _is_of(compared: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    return compared["column"].map(lambda column: registry.split(column)[0]).isin(columns)


def trait_table(
    customers: pd.DataFrame, compared: pd.DataFrame, params: ProfilingParams, currency: str
) -> pd.DataFrame:
    """The `params.traits` most distinct columns of each segment, in words."""
    return traits.trait_table(compared, alike(measured(customers)), params.traits, currency)


def profiles(
    sized: pd.DataFrame, compared: pd.DataFrame, told: pd.DataFrame, params: ProfilingParams, verdict: str
) -> pd.DataFrame:
    """One row per segment: its size, name, play if any, traits (one a line), what to do, and why it has its name.

    The verdict decides how names are spoken, and whether there are any.
    """
    fitting = _plays(compared, params, tone.checked(verdict))
    lines = told.groupby(SEGMENT)["text"].agg("\n".join)
    names = _names(sized, compared, told, fitting, verdict)
    rows = []
    for segment, too_few in zip(sized[SEGMENT], sized["too_few"], strict=True):
        fit = fitting.get(segment)
        what = fit.play.do if fit else params.otherwise
        if too_few:
            rows.append((names[segment], "", TOO_FEW_TO_DESCRIBE, tone.TOO_FEW, ""))
        else:
            action = tone.action(what, verdict) if segment != UNASSIGNED else tone.NO_SEGMENT
            because = playbook.reason(fit) if fit else ""
            rows.append((names[segment], fit.play.name if fit else "", lines.get(segment, ORDINARY), action, because))
    columns = pd.DataFrame(rows, columns=["name", "play", "traits", "action", "because"])
    table = sized.assign(**columns, verdict=verdict)
    return table[[SEGMENT, "name", *table.columns.drop([SEGMENT, "name"])]]


def _plays(compared: pd.DataFrame, params: ProfilingParams, verdict: str) -> dict[int, playbook.Fit]:
    """The play of each segment that may have one: none for those who are in no segment, none without a verdict."""
    assigned = compared[compared[SEGMENT] != UNASSIGNED]
    return playbook.named(assigned, params.playbook) if tone.uses_playbook(verdict) else {}


def _names(
    sized: pd.DataFrame, compared: pd.DataFrame, told: pd.DataFrame, fitting: dict[int, playbook.Fit], verdict: str
) -> dict[int, str]:
    """A name of its own for every segment, spoken as the verdict allows."""
    names = {segment: fit.play.name for segment, fit in fitting.items()}
    few = sized[SEGMENT][sized["too_few"]].tolist()
    nameless = [segment for segment in sized[SEGMENT] if segment not in {*names, *few, UNASSIGNED}]
    names |= traits.descriptive_names(told, compared, nameless, set(names.values()))
    spoken = {segment: tone.spoken(name, segment, verdict) for segment, name in names.items()}
    spoken |= {segment: f"{words.segment(segment)}, too few to describe" for segment in few}
    return spoken | {UNASSIGNED: words.segment(UNASSIGNED)}


def shown(profiled: pd.DataFrame) -> pd.DataFrame:
    """The profiles as they may be published: what segments of too few customers did and are worth is left out."""
    private = [name for name in PRIVATE if name in profiled]
    return profiled.assign(**profiled[private].astype("float64").where(~profiled["too_few"]))


def margins(profiled: pd.DataFrame, compared: pd.DataFrame, params: ProfilingParams) -> pd.DataFrame:
    """How far each level that a name asks for is from failing: segment, name, column, difference, limit, margin."""
    named = profiled[profiled["play"] != ""].set_index(SEGMENT)["name"]
    fitting = playbook.named(compared[compared[SEGMENT].isin(named.index)], params.playbook) if len(named) else {}
    rows = [
        (segment, names, column, condition)
        for segment, names in named.items()
        for column, condition in fitting[segment].when.items()
        if condition.endswith(("high", "low"))
    ]
    table = pd.DataFrame(rows, columns=[SEGMENT, "name", "column", "asked"])
    table = table.merge(compared[[SEGMENT, "column", "difference"]], on=[SEGMENT, "column"])
    limits = {True: params.very_high_above, False: params.high_above}
    table["limit"] = [limits[asked.startswith("very")] for asked in table["asked"]]
    return table.assign(margin=table["difference"].abs() - table["limit"])


def names_resting_on(profiled: pd.DataFrame, params: ProfilingParams, columns: Sequence[str]) -> dict[str, list[str]]:
    """The names whose play asks for one of these columns, with those columns."""
    plays = {
        play.name: [name for name in playbook.asked(play) if registry.split(name)[0] in columns]
        for play in params.playbook
    }
    named = zip(profiled["name"], profiled["play"], strict=True)
    return {name: plays[play] for name, play in named if plays.get(play)}


def segmented_customers(customers: pd.DataFrame, profiled: pd.DataFrame) -> pd.DataFrame:
    """One row per customer with the number and name of the segment."""
    names = profiled.set_index(SEGMENT)["name"]
    return customers.assign(**{NAME: customers[SEGMENT].map(names)})


def telling_columns(customers: pd.DataFrame, compared: pd.DataFrame, most: int = 4) -> list[str]:
    """The measures (no shares) in which the segments lie furthest apart, each telling something new."""
    differences = compared[~compared["is_share"]].groupby("column", sort=False)["difference"]
    ranked = (differences.max() - differences.min()).sort_values(ascending=False, kind="stable").index
    return traits.without_repeats(ranked, alike(measured(customers)))[:most]


def quantiles(customers: pd.DataFrame, columns: list[str], smallest_group: int = 1) -> pd.DataFrame:
    """Where the middle 50% and 90% of each segment's customers lie: a row per column and segment.

    Where so few are known that the ends would be a single person's value, the middle 50% stand for the 90% too.
    """
    numbers, pieces = measured(customers), []
    for column in columns:
        values = numbers[column].groupby(customers[SEGMENT])
        table = pd.DataFrame({name: values.quantile(share) for name, share in QUANTILES.items()})
        known = values.count()
        few = known * QUANTILES["whislo"] < FEWEST_BEYOND
        table.loc[few, "whislo"], table.loc[few, "whishi"] = table["q1"], table["q3"]
        table = table[known >= smallest_group].dropna()
        pieces.append(table.reset_index().assign(column=column)[[SEGMENT, "column", *QUANTILES]])
    return pd.concat(pieces, ignore_index=True)


def metrics(profiled: pd.DataFrame) -> dict[str, dict[str, float]]:
    """What `dvc metrics diff` compares: size and revenue share by the segments' names."""
    columns = [name for name in ("customers", "customer_share", "revenue_share", "expected_value") if name in profiled]
    return shown(profiled).set_index("name")[columns].to_dict("index")
