"""Who are they? Sizes, profiles, names and actions of the segments, and the table to take away."""

from __future__ import annotations

import pandas as pd

from customer_segments import words
from customer_segments.errors import StudyError
from customer_segments.params import ProfilingParams
from customer_segments.profiling import playbook, traits
from customer_segments.profiling.distinctiveness import SEGMENT, alike, compare, measured

NAME = "segment_name"
QUANTILES = {"whislo": 0.05, "q1": 0.25, "med": 0.5, "q3": 0.75, "whishi": 0.95}


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


def sizes(customers: pd.DataFrame) -> pd.DataFrame:
    """One row per segment: customers and their share; with transactions orders, revenue and its share too."""
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
    return table.reset_index()


def comparison(customers: pd.DataFrame, params: ProfilingParams) -> pd.DataFrame:
    """Each segment against all customers in every column that can be compared (see `distinctiveness.compare`)."""
    numbers = measured(customers)
    playbook.check(params.playbook, list(numbers.columns))
    return compare(numbers, customers[SEGMENT], params)


def trait_table(
    customers: pd.DataFrame, compared: pd.DataFrame, params: ProfilingParams, currency: str
) -> pd.DataFrame:
    """The `params.traits` most distinct columns of each segment, in words."""
    return traits.trait_table(compared, alike(measured(customers)), params.traits, currency)


def profiles(sized: pd.DataFrame, compared: pd.DataFrame, told: pd.DataFrame, params: ProfilingParams) -> pd.DataFrame:
    """One row per segment: its size, name, traits (one a line), what to do, and why it has its name."""
    segments = sized[SEGMENT].tolist()
    plays = {
        segment: params.playbook[place]
        for segment, place in playbook.assign(playbook.fits(compared, params.playbook)).items()
    }
    nameless = [segment for segment in segments if segment not in plays]
    names = {segment: play.name for segment, play in plays.items()}
    names |= traits.descriptive_names(compared, nameless, set(names.values()))
    lines = told.groupby(SEGMENT)["text"].agg("\n".join)
    table = sized.assign(
        traits=[lines.get(segment, "In nothing far from all customers") for segment in segments],
        action=[plays[segment].do if segment in plays else params.otherwise for segment in segments],
        because=[playbook.reason(plays[segment]) if segment in plays else "" for segment in segments],
    )
    table.insert(1, "name", [names[segment] for segment in segments])
    return table


def margins(profiled: pd.DataFrame, compared: pd.DataFrame, params: ProfilingParams) -> pd.DataFrame:
    """How far each condition of a name is from failing: segment, name, column, level, difference, limit, margin."""
    plays = {play.name: play for play in params.playbook}
    named = profiled[profiled["because"] != ""]
    rows = [
        (segment, name, column, level)
        for segment, name in zip(named[SEGMENT], named["name"], strict=True)
        for column, level in plays[name].when.items()
        if level != "middling"
    ]
    table = pd.DataFrame(rows, columns=[SEGMENT, "name", "column", "asked"])
    table = table.merge(compared[[SEGMENT, "column", "difference"]], on=[SEGMENT, "column"])
    limits = {True: params.very_high_above, False: params.high_above}
    table["limit"] = [limits[asked.startswith("very")] for asked in table["asked"]]
    return table.assign(margin=table["difference"].abs() - table["limit"])


def segmented_customers(customers: pd.DataFrame, profiled: pd.DataFrame) -> pd.DataFrame:
    """One row per customer with the number and name of the segment."""
    names = profiled.set_index(SEGMENT)["name"]
    return customers.assign(**{NAME: customers[SEGMENT].map(names)})


def telling_columns(customers: pd.DataFrame, compared: pd.DataFrame, most: int = 4) -> list[str]:
    """The measures (no shares) in which the segments lie furthest apart, each telling something new."""
    differences = compared[~compared["is_share"]].groupby("column")["difference"]
    spread = (differences.max() - differences.min()).rename("spread").reset_index()
    ranked = spread.sort_values(["spread", "column"], ascending=[False, True])["column"]
    return traits.without_repeats(ranked, alike(measured(customers)))[:most]


def quantiles(customers: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Where the middle 50% and 90% of each segment's customers lie: a row per column and segment."""
    numbers, pieces = measured(customers), []
    for column in columns:
        values = numbers[column].groupby(customers[SEGMENT])
        table = pd.DataFrame({name: values.quantile(share) for name, share in QUANTILES.items()}).dropna()
        pieces.append(table.reset_index().assign(column=column)[[SEGMENT, "column", *QUANTILES]])
    return pd.concat(pieces, ignore_index=True)


def metrics(profiled: pd.DataFrame) -> dict[str, dict[str, float]]:
    """What `dvc metrics diff` compares: size and revenue share by the segments' names."""
    columns = [name for name in ("customers", "customer_share", "revenue_share") if name in profiled]
    return profiled.set_index("name")[columns].to_dict("index")
