"""What the study comes to: the content that the front page and the brief share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from customer_segments.base import words
from customer_segments.base.params import Params
from customer_segments.pages.plots.style import MUTED, segment_colour
from customer_segments.pages.report.header import data_line
from customer_segments.steps.profiling import sentences, tone
from customer_segments.steps.profiling.distinctiveness import SEGMENT
from customer_segments.steps.profiling.segments import shown
from customer_segments.steps.profiling.tables import has_revenue

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# What the finding must not be read without.
TONES = {
    tone.DISTINCT: "",
    tone.CUT: "A useful cut, not separate groups: ",
    tone.UNSUPPORTED: "The data do not support these segments: ",
}


@dataclass(frozen=True)
class Results:
    """What the stages before have made, as far as the front page and the brief tell of it."""

    profiles: pd.DataFrame
    ledger: pd.DataFrame
    source: dict[str, Any]
    verdict: dict[str, Any]
    metrics: dict[str, dict[str, Any]]  # by chapter
    pictures: dict[str, bytes]
    days: tuple[date, date] | None  # of the first and the last order


class Picture(NamedTuple):
    """A figure that an earlier stage drew, as PNG."""

    content: bytes
    alt: str
    caption: str


def content(params: Params, results: Results) -> dict[str, Any]:
    """Everything that the front page and the brief say."""
    profiles, currency, drawn = results.profiles, params.study.currency, results.pictures
    public = shown(profiles)
    return {
        "study": params.study,
        "data": data_line(results.source),
        "made_up": results.source["kind"] == "demo",
        "headline": headline(profiles, results.verdict["verdict"]),
        "verdict": results.verdict,
        "figures": key_figures(profiles, period(results.days), currency),
        "cards": cards(public, currency),
        "horizon": words.span(params.lifetime_value.horizon_days),
        "about_time": about_time(results.metrics),
        "main": Picture(drawn["segments"], sentences.size_alt(public), _main_caption(public)),
        "map": Picture(drawn["map"], "Map of the customers, coloured by segment.", _map_caption(results.metrics)),
        "heatmap": Picture(drawn["heatmap"], _heat_alt(profiles), _heat_caption(params)),
        "customers": f"{profiles['customers'].sum():,}",
    }


def headline(profiles: pd.DataFrame, verdict: str) -> str:
    """The finding in one sentence, after what it must not be read without."""
    if verdict == tone.UNSUPPORTED and not has_revenue(profiles):
        # How large segments are that are not there is no finding.
        return f"The data do not support the {sentences.spelled(segments_of(profiles))} segments that were tried"
    before, finding = TONES.get(verdict, ""), sentences.headline(profiles)
    return f"{before}{words.within(finding)}" if before else finding


def segments_of(profiles: pd.DataFrame) -> int:
    """How many segments there are, without those who are in none."""
    return int((profiles[SEGMENT] != 0).sum())


def key_figures(profiles: pd.DataFrame, period: str | None, currency: str) -> list[tuple[str, str]]:
    """The study's size in a few numbers: label and value."""
    figures = [
        ("Customers", f"{profiles['customers'].sum():,}"),
        ("Segments", str(segments_of(profiles))),
    ]
    if "orders" in profiles:
        figures.append(("Orders", f"{profiles['orders'].sum():,.0f}"))
    if "revenue" in profiles:
        figures.append(("Net revenue", words.money(profiles["revenue"].sum(), currency)))
    if period:
        figures.append(("Period", period))
    return figures


def cards(profiles: pd.DataFrame, currency: str) -> list[dict[str, Any]]:
    """One card per segment: colour, name, size, worth, what it is like, what to do and how to test it."""
    money = has_revenue(profiles)
    return [
        {
            "number": _number(row),
            "colour": segment_colour(place) if row[SEGMENT] else MUTED,
            "name": row["name"],
            "customers": f"{row['customers']:,}",
            "customer_share": words.percent(row["customer_share"]),
            "revenue_share": _told(words.percent, row.get("revenue_share") if money else None),
            "expected_value": _told(lambda value: words.money(value, currency), row.get("expected_value")),
            "alive": _told(words.percent, row.get("alive_probability")),
            "traits": row["traits"].split("\n"),
            "action": row["action"],
            "worth": row.get("worth") or None,
            "test": row.get("test") or None,
        }
        for place, row in enumerate(profiles.to_dict("records"))
    ]


def about_time(metrics: dict[str, dict[str, Any]]) -> list[str]:
    """What the chapters on retention and lifetime value found; nothing where there are no transactions."""
    found = [metrics[chapter] for chapter in ("retention", "lifetime_value")]
    return [_ended(each["headline"]) for each in found if each["available"] and each["headline"]]


def _number(row: dict[str, Any]) -> str | None:
    """The segment's number, where its name does not begin with it."""
    number = words.segment(row[SEGMENT])
    return None if row["name"].startswith(number) else number


def _told(written: Callable[[float], str], value: float | None) -> str | None:
    return None if value is None or pd.isna(value) else written(value)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _main_caption(profiles: pd.DataFrame) -> str:
    if not has_revenue(profiles):
        return sentences.size_caption(profiles)
    leaders = words.listed(sentences.leaders(profiles)["name"].map(sentences.quoted))
    return f"Most of the net revenue comes from {leaders}."


def _map_caption(metrics: dict[str, dict[str, Any]]) -> str:
    share = words.percent(metrics["pca"]["explained_by_two"])
    reading = "Every point is a customer; the closer two points, the more alike the customers."
    if share == "100%":
        return f"{reading} The map shows all differences between them."
    return (
        f"{reading} The map shows {share} of all differences between them, so segments that overlap here may lie apart "
        "in what it leaves out."
    )


def _heat_caption(params: Params) -> str:
    return (
        "Each cell holds a segment's typical value; the last column is that of all customers. Red is above, blue below "
        f"all customers; from {params.profiling.high_above:g} standard deviations on a value counts as high or low."
    )


def _heat_alt(profiles: pd.DataFrame) -> str:
    first = profiles["name"] + ": " + profiles["traits"].str.split("\n").str[0]
    return f"Table of segments and columns, coloured by the difference from all customers. {'; '.join(first)}."


def period(days: tuple[date, date] | None) -> str | None:
    """The days of the first and the last order; nothing without transactions."""
    return days and " – ".join(f"{day.day} {MONTHS[day.month - 1]} {day.year}" for day in days)
